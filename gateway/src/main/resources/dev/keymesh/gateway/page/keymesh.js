// What pages do beyond HTML: charts of tables that are there anyway, and copying. Without it everything still works.
"use strict";

(() => {
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    const done = () => {
      button.textContent = "Copied";
    };
    field.select();
    if (navigator.clipboard) {
      navigator.clipboard.writeText(field.value).then(done, () => {});
    } else if (document.execCommand("copy")) {
      // Over plain HTTP from another machine a browser has no clipboard to write to.
      done();
    }
  }

  function points(table) {
    const rows = [...table.tBodies[0].rows];
    return {
      labels: rows.map((row) => row.cells[0].textContent),
      at: rows.map((row) => Number(row.dataset.at)),
      // Drawn only: what is read as a number stands in the table as the server wrote it.
      costs: rows.map((row) => Number(row.querySelector("[data-cost]").dataset.cost)),
      written: rows.map((row) => row.querySelector("[data-cost]").dataset.cost),
    };
  }

  function draw(place) {
    const data = points(document.getElementById(place.dataset.plot));
    const step = data.at[1] - data.at[0];
    const format = new Intl.DateTimeFormat("en-GB", step < 86400 ? { hour: "2-digit", minute: "2-digit", timeZone: "UTC" } : { day: "numeric", month: "short", timeZone: "UTC" });
    const times = (_, splits) => splits.map((seconds) => format.format(new Date(seconds * 1000)));
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    place.hidden = false;
    place.replaceChildren();
    const readout = document.createElement("p");
    readout.className = "readout";
    const most = Math.max(...data.costs);
    const tell = (i) => {
      readout.textContent = i == null ? "" : `${data.labels[i]}: $${data.written[i]}`;
    };
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height: 170,
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        scales: {
          x: { range: () => [data.at[0] - step / 2, data.at[data.at.length - 1] + step / 2] },
          y: { range: () => [0, most > 0 ? most * 1.1 : 1] },
        },
        axes: [{ ...axis, size: 28, space: 70, values: times }, { ...axis, size: 64, values: (_, splits) => splits.map((v) => `$${Number(v.toPrecision(6))}`) }],
        series: [
          {},
          { fill: colour("--accent"), stroke: colour("--accent"), width: 0, paths: uPlot.paths.bars({ size: [0.7, 28], radius: 0.15 }), points: { show: false } },
        ],
        hooks: { setCursor: [(u) => tell(u.cursor.idx)] },
      },
      [data.at, data.costs],
      place,
    );
    place.append(readout);
    return plot;
  }

  function chart(place) {
    let plot = draw(place);
    new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 170 })).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      plot.destroy();
      plot = draw(place);
    });
  }

  // Calls as they end. What they say is put in as text, never as markup.
  function live(table) {
    const most = 100;
    const state = document.getElementById("live-state");
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const colours = { completed: "active", refused: "disabled" };
    const number = (value) => (value == null ? "–" : value.toLocaleString("en-GB"));
    const part = (name, text, className = "") => {
      const made = document.createElement(name);
      made.className = className;
      made.textContent = text;
      return made;
    };
    const row = (call) => {
      const made = document.createElement("tr");
      const when = part("th", "");
      const link = part("a", new Date(Date.parse(call.startedAt) + call.durationMs).toISOString().slice(11, 19));
      link.href = `/ui/requests/${encodeURIComponent(call.id)}`;
      when.scope = "row";
      when.append(link);
      const outcome = part("span", "");
      outcome.append(part("span", call.outcome, `badge ${colours[call.outcome] ?? "revoked"}`));
      if (call.errorCode) {
        outcome.append(" ", part("code", call.errorCode));
      }
      const cells = [
        part("span", call.model ?? call.operation),
        part("code", call.key),
        outcome,
        part("span", number(call.inputTokens)),
        part("span", number(call.outputTokens)),
        part("span", call.cost ?? "–"),
        part("span", number(call.durationMs)),
      ].map((content, i) => {
        const cell = part("td", "", i > 2 ? "number" : "");
        cell.dataset.label = heads[i + 1];
        cell.append(content);
        return cell;
      });
      made.append(when, ...cells);
      return made;
    };
    const source = new EventSource(table.dataset.live);
    state.textContent = "Connecting...";
    source.onopen = () => {
      state.textContent = "Live. Each call appears as it ends; times are in UTC.";
    };
    source.onerror = () => {
      // A browser tries again by itself, except where it was refused.
      state.textContent = source.readyState === EventSource.CLOSED ? "Not connected. Load this page again." : "Not connected; trying again.";
    };
    source.onmessage = (event) => {
      table.tBodies[0].prepend(row(JSON.parse(event.data)));
      while (table.tBodies[0].rows.length > most) {
        table.tBodies[0].lastElementChild.remove();
      }
    };
  }

  document.querySelectorAll("[data-live]").forEach(live);
  document.querySelectorAll("[data-plot]").forEach(chart);
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  });
})();
