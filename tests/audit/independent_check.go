// Checks an export of a log with golang.org/x/mod/sumdb and nothing of this project: the signed
// head, the tree over the entry bundles, every tile, and proof files.
//
//	go run independent_check.go FOLDER VKEY [PROOF LEAF]...
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...any) {
	fmt.Printf(format+"\n", args...)
	os.Exit(1)
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	return data
}

// origin, size, root of a checkpoint that the key signed.
func head(data []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		fail("vkey: %v", err)
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		fail("checkpoint: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != verifier.Name() {
		fail("checkpoint of another log: %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail("size: %v", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		fail("root: %v", err)
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func bundlePath(index int64, width int64) string {
	path := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		path = fmt.Sprintf("x%03d/%s", index%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

func main() {
	if len(os.Args) < 3 {
		fail("usage: FOLDER VKEY [PROOF LEAF]...")
	}
	folder, vkey := os.Args[1], os.Args[2]
	tree := head(read(filepath.Join(folder, "checkpoint")), vkey)
	if len(os.Args) == 3 {
		checkTree(folder, tree)
	}
	for i := 3; i+1 < len(os.Args); i += 2 {
		checkProof(read(os.Args[i]), read(os.Args[i+1]), vkey)
	}
	fmt.Println("ok", tree.N)
}

func checkTree(folder string, tree tlog.Tree) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, at := range indexes {
			out = append(out, stored[at])
		}
		return out, nil
	})
	var position int64
	for position < tree.N {
		width := tree.N - position
		if width > 256 {
			width = 256
		}
		data := read(filepath.Join(folder, "tile/entries", bundlePath(position/256, width)))
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				fail("bundle %d is cut short", position/256)
			}
			size := int(binary.BigEndian.Uint16(data))
			hashes, err := tlog.StoredHashes(position, data[2:2+size], reader)
			if err != nil {
				fail("entry %d: %v", position, err)
			}
			stored = append(stored, hashes...)
			data = data[2+size:]
			position++
		}
		if len(data) != 0 {
			fail("bundle %d holds more", position/256)
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		fail("the entries lead to %v, signed is %v (%v)", root, tree.Hash, err)
	}
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		widest := tree.N>>(8*uint(tile.L)) - tile.N<<8
		if tile.W != 256 && int64(tile.W) != widest {
			continue // older versions of the library list every partial width
		}
		want, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			fail("tile: %v", err)
		}
		path := fmt.Sprintf("tile/%d/%s", tile.L, bundlePath(tile.N, int64(tile.W)))
		if !bytes.Equal(want, read(filepath.Join(folder, path))) {
			fail("%s is another tile", path)
		}
	}
}

func checkProof(text []byte, leaf []byte, vkey string) {
	parts := bytes.SplitN(text, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("not a proof file")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		fail("index: %v", err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			fail("path: %v", err)
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	tree := head(parts[1], vkey)
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		fail("entry %d: %v", index, err)
	}
}
