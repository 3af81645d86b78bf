// The live stream: one for the page, gone on with from the last ledger position after a break or a
// pause.
let source = null;
let position = null;
let on = {};

function open() {
  const after = position == null ? '' : `?after=${position}`;
  source = new EventSource(`/api/events${after}`);
  source.addEventListener('state', (event) => {
    position = Number(event.lastEventId);
    on.state(JSON.parse(event.data));
  });
  source.addEventListener('ended', () => on.ended());
  source.addEventListener('error', () => {
    on.lost();
    // A browser gives up when the answer is not a stream; the dashboard may only be restarting.
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(() => { if (!source && on.wanted()) open(); }, 2000);
    }
  });
}

export function follow(handlers) {
  on = handlers;
  stop();
  position = null;
  open();
}
export function stop() {
  source?.close();
  source = null;
}
export function resume() {
  if (!source) open();
}
