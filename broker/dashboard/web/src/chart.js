// Line charts by uPlot in the colours of the page; each stands beside its table.
import uPlot from 'uplot';

const drawn = new WeakMap();

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// The colours of light-dark() only resolve on an element.
function resolved(name) {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

// series: [{label, values, colour, dash}]; days: seconds since 1970.
export function lines(element, days, series, format) {
  if (!element) return;
  const theme = [resolved('--text'), element.clientWidth, days.at(-1), document.documentElement.dir].join();
  const known = drawn.get(element);
  const data = [days, ...series.map((s) => s.values)];
  if (known?.theme === theme) {
    known.plot.setData(data);
    return;
  }
  known?.plot.destroy();
  const axis = {
    stroke: resolved('--muted'),
    grid: { stroke: resolved('--line'), width: 1 },
    ticks: { stroke: resolved('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const plot = new uPlot({
    width: Math.max(280, element.clientWidth),
    height: 260,
    cursor: { show: true, points: { size: 7 } },
    legend: { show: true, live: false },
    scales: { x: { time: true }, y: { range: (u, min, max) => [0, Math.max(5, max)] } },
    axes: [{ ...axis, values: (u, ticks) => ticks.map((tick) => format(tick * 1000)), space: 90 }, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] }],
    series: [{}, ...series.map((s) => ({ label: s.label, stroke: resolved(s.colour), width: 2, dash: s.dash, points: { show: false } }))],
  }, data, element);
  drawn.set(element, { plot, theme });
}

export { colour };
