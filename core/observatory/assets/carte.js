/* The living map: contours are fetched once by address, then only one character a territory
   travels (two territories a sign, even). Python calls rtMap.attach once, and rtMap.paint at each change of what is shown. */
(function () {
  "use strict";

  /* Signs as core/observatory/packing.py writes them. */
  const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./:;=?[]";
  const PAIRS = ALPHABET + "@";
  const WIDE = { "{": 2, "|": 3, "}": 4 };

  function unrolled(text) {
    return text.replace(/~(.)(.)/g, function (all, sign, length) {
      return sign.repeat(ALPHABET.indexOf(length));
    });
  }

  function readRanks(text) {
    const body = text.slice(1);
    const ranks = [];
    if (text[0] === "2") {
      for (const sign of body) {
        const pair = PAIRS.indexOf(sign);
        ranks.push(Math.floor(pair / 9), pair % 9);
      }
    } else {
      for (const sign of unrolled(body)) ranks.push(ALPHABET.indexOf(sign) - 1);
    }
    return ranks;
  }

  /* One {value, floor} a territory; a value of null is a figure without a count. */
  function readCounts(text) {
    const signs = unrolled(text);
    const counts = [];
    let place = 0;
    while (place < signs.length) {
      if (signs[place] === "^") { counts.push({ value: null, floor: false }); place += 1; continue; }
      const floor = signs[place] === "_";
      if (floor) place += 1;
      const width = WIDE[signs[place]] || 1;
      if (width > 1) place += 1;
      let value = 0;
      for (let rank = 0; rank < width; rank += 1) value = value * 80 + ALPHABET.indexOf(signs[place + rank]);
      counts.push({ value: value, floor: floor });
      place += width;
    }
    return counts;
  }

  const store = {}; // address -> {codes, names, layers, centres, group, borders}
  const state = { map: null, spec: null, group: null, circles: null, borders: null, highlight: null };
  const patterns = {};

  function hatch(colour, background) {
    const key = colour + background;
    if (!patterns[key]) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const pen = tile.getContext("2d");
      pen.fillStyle = background;
      pen.fillRect(0, 0, 8, 8);
      pen.strokeStyle = colour;
      pen.lineWidth = 1.4;
      pen.beginPath();
      pen.moveTo(-2, 6); pen.lineTo(6, -2);
      pen.moveTo(2, 10); pen.lineTo(10, 2);
      pen.stroke();
      patterns[key] = { pattern: pen.createPattern(tile, "repeat"), image: tile.toDataURL() };
    }
    return patterns[key];
  }

  function fillOf(style) {
    return style.hatch ? hatch(style.hatch, style.fill).pattern : style.fill;
  }

  function rankOf(index) {
    const rank = state.ranks[index];
    return rank === undefined ? -1 : rank;
  }

  function styleOf(index) {
    const rank = rankOf(index);
    if (rank < 0) return { fillOpacity: 0, weight: 0.3, color: "#c8d0d0", opacity: 0.6 };
    const style = state.spec.styles[rank];
    return {
      fillColor: fillOf(style),
      fillOpacity: 1,
      weight: state.spec.weight,
      color: "#ffffff",
      opacity: 0.75,
    };
  }

  function number(value) {
    return Number(value).toLocaleString("fr-FR");
  }

  function sentence(index) {
    const rank = rankOf(index);
    const box = document.createElement("div");
    const name = document.createElement("strong");
    name.textContent = state.entry.names[index];
    box.appendChild(name);
    if (rank < 0) return box;
    const count = state.counts[index];
    const words = [];
    if (count && count.value !== null) {
      words.push((count.floor ? "au moins " : "") + number(count.value) + " " + state.spec.unit);
    }
    words.push(state.spec.styles[rank].label);
    words.forEach(function (text) {
      const line = document.createElement("div");
      line.textContent = text;
      box.appendChild(line);
    });
    return box;
  }

  function choose(index) {
    const code = state.entry.codes[index];
    const data = window.__GLOBAL_DATA__;
    const answer = { last_object_clicked_tooltip: code };
    data.last_object_clicked_tooltip = code;
    data.previous_data = answer;
    window.Streamlit.setComponentValue(answer);
    outline(code);
  }

  function outline(code) {
    if (state.highlight) { state.map.removeLayer(state.highlight); state.highlight = null; }
    const index = state.entry ? state.entry.codes.indexOf(code) : -1;
    if (index < 0) return;
    state.highlight = L.geoJSON(state.entry.layers[index].feature, {
      pane: "highlight", interactive: false,
      style: { fill: false, color: "#12292b", weight: 2.5, opacity: 1 },
    }).addTo(state.map);
  }

  /* The component listens to the layers too, and sends the text of their tooltip: it gets the code. */
  function answering(layer, index) {
    layer.bindTooltip(function () { return sentence(index); }, { sticky: true, className: "rt-tip" });
    layer.getTooltip = function () {
      return { getContent: function () { return state.entry.codes[index]; } };
    };
    layer.on("click", function () { choose(index); });
  }

  function build(content) {
    const entry = { codes: [], names: [], layers: [], centres: [] };
    entry.group = L.geoJSON(null, {
      pane: "areas",
      onEachFeature: function (feature, layer) {
        const index = entry.codes.length;
        entry.codes.push(feature.properties.code);
        entry.names.push(feature.properties.name);
        entry.layers.push(layer);
        entry.centres.push(layer.getBounds().getCenter());
        answering(layer, index);
      },
    });
    entry.group.addData(content);
    return entry;
  }

  function fetched(url) {
    if (!store[url]) {
      store[url] = fetch(url).then(function (answer) {
        if (!answer.ok) throw new Error("contours " + answer.status);
        return answer.json();
      });
    }
    return store[url];
  }

  function paintAreas() {
    state.entry.layers.forEach(function (layer, index) { layer.setStyle(styleOf(index)); });
  }

  /* Circles share the areas' canvas: a canvas of their own would keep the clicks between them. */
  function paintCircles() {
    if (state.circles) { state.map.removeLayer(state.circles); state.circles = null; }
    const spec = state.spec;
    if (!spec.circles) return;
    const order = state.counts
      .map(function (count, index) { return [count.value || 0, index, count.floor]; })
      .filter(function (row) { return row[0] > 0 && rankOf(row[1]) >= 0; })
      .sort(function (one, other) { return other[0] - one[0]; });
    state.circles = L.featureGroup(order.map(function (row) {
      const index = row[1];
      const circle = L.circleMarker(state.entry.centres[index], {
        pane: "areas", radius: Math.max(1.5, spec.circles.radius * Math.sqrt(row[0] / spec.circles.largest)),
        color: "#0b4448", weight: 1, fillColor: spec.circles.colour, fillOpacity: 0.6,
        dashArray: row[2] ? "3 3" : null,
      });
      answering(circle, index);
      return circle;
    })).addTo(state.map);
  }

  function swatch(style) {
    const box = document.createElement("span");
    box.className = "rt-swatch";
    box.style.backgroundColor = style.fill;
    if (style.hatch) box.style.backgroundImage = "url(" + hatch(style.hatch, style.fill).image + ")";
    return box;
  }

  function writeLegend() {
    const legend = document.getElementById("rt-legend");
    const spec = state.spec;
    legend.textContent = "";
    const title = document.createElement("p");
    title.textContent = spec.title;
    legend.appendChild(title);
    const list = document.createElement("ul");
    spec.styles.forEach(function (style) {
      if (!style.total && style.hideEmpty) return;
      const item = document.createElement("li");
      item.appendChild(swatch(style));
      const text = document.createElement("span");
      text.textContent = style.label + " (" + number(style.total) + ")";
      item.appendChild(text);
      list.appendChild(item);
    });
    if (spec.circles) {
      const item = document.createElement("li");
      const sample = document.createElement("span");
      sample.className = "rt-circle";
      item.appendChild(sample);
      item.appendChild(document.createTextNode(spec.circles.label));
      list.appendChild(item);
    }
    legend.appendChild(list);
    const note = document.createElement("p");
    note.className = "rt-note";
    note.textContent = spec.note;
    legend.appendChild(note);
    fit();
  }

  /* The frame keeps its height: the map gives the legend the room that it needs. */
  function fit() {
    const total = (window.__GLOBAL_DATA__ && window.__GLOBAL_DATA__.height) || 520;
    const legend = document.getElementById("rt-legend").offsetHeight;
    const div = document.getElementById("map_div");
    const height = Math.max(200, total - legend - 4) + "px";
    if (div.style.height !== height) {
      div.style.height = height;
      state.map.invalidateSize({ animate: false, pan: false });
      if (!state.moved) home();
    }
  }

  function home() {
    if (state.entry && state.bounds) state.map.fitBounds(state.bounds, { animate: false, padding: [4, 4] });
  }

  function boundsOf(codes) {
    const bounds = L.latLngBounds([]);
    state.entry.layers.forEach(function (layer, index) {
      if (!codes || rankOf(index) >= 0) bounds.extend(layer.getBounds());
    });
    return bounds.isValid() ? bounds : null;
  }

  function paint(spec) {
    const focus = !state.spec || state.spec.focus !== spec.focus || state.spec.url !== spec.url;
    state.spec = spec;
    fetched(spec.url).then(function (content) {
      if (state.spec !== spec) return; // a later choice came first
      if (state.url !== spec.url) {
        if (state.entry) state.map.removeLayer(state.entry.group);
        state.entry = build(content);
        state.url = spec.url;
      }
      state.ranks = readRanks(spec.classes);
      state.counts = readCounts(spec.counts);
      paintAreas();
      if (!state.map.hasLayer(state.entry.group)) state.entry.group.addTo(state.map);
      paintCircles();
      writeLegend();
      if (focus) {
        state.bounds = boundsOf(spec.focus !== "");
        state.moved = false;
        home();
      }
      outline(spec.selected);
      window.rtMap.painted = (window.rtMap.painted || 0) + 1;
      window.rtMap.lastPaint = performance.now();
    }).catch(function () {
      document.getElementById("rt-legend").textContent =
        "Les contours n’ont pas pu être chargés : rechargez la page.";
      delete store[spec.url];
    });
    drawBorders(spec);
  }

  function drawBorders(spec) {
    if (state.borders || !spec.borders) return;
    state.borders = true;
    fetched(spec.borders).then(function (content) {
      state.borders = L.geoJSON(content, {
        pane: "borders", interactive: false,
        style: { fill: false, color: "#3b5a5c", weight: 1.4, opacity: 0.9 },
      }).addTo(state.map);
    });
    spec.towns.forEach(function (town) {
      L.marker([town[1], town[2]], {
        pane: "names", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "rt-town", html: "", iconSize: [0, 0] }),
      }).addTo(state.map).getElement().textContent = town[0];
    });
  }

  /* Two maps side by side move together: each tells the others of the same page. */
  function synchronise(map) {
    let page;
    try {
      page = window.parent.rtPage = window.parent.rtPage || String(Math.random());
    } catch (error) {
      return; // another origin above: the map simply moves alone
    }
    const channel = new BroadcastChannel("rt-map-" + page);
    let led = false;
    map.on("moveend", function () {
      if (led) { led = false; return; }
      channel.postMessage({ centre: map.getCenter(), zoom: map.getZoom() });
    });
    channel.onmessage = function (event) {
      led = true;
      state.moved = true;
      map.setView(event.data.centre, event.data.zoom, { animate: false });
    };
  }

  function attach(map) {
    state.map = map;
    [["areas", 350], ["borders", 420], ["highlight", 460], ["names", 620]].forEach(function (row) {
      map.createPane(row[0]).style.zIndex = row[1];
    });
    ["borders", "highlight", "names"].forEach(function (name) {
      map.getPane(name).style.pointerEvents = "none"; // a canvas would keep the clicks for itself
    });
    map.scrollWheelZoom.disable();
    map.once("focus click", function () { map.scrollWheelZoom.enable(); });
    if (L.Browser.mobile) map.dragging.disable(); // one finger scrolls the page, two move the map
    map.on("dragstart zoomstart", function (event) { if (event.type === "dragstart" || map._loaded) state.moved = true; });
    if (map.attributionControl) map.attributionControl.setPrefix(false);
    const legend = document.createElement("div");
    legend.id = "rt-legend";
    document.getElementById("map_div").after(legend);
    const style = document.createElement("style");
    style.textContent =
      "body{margin:0;overflow:hidden}" +
      "#map_div{background:#eef2f2}" +
      "#rt-legend{font:13px/1.35 'Source Sans',system-ui,sans-serif;color:#1d2b2c;padding:6px 2px 0}" +
      "#rt-legend p{margin:0 0 4px;font-weight:600}#rt-legend .rt-note{font-weight:400;color:#45585a;margin:4px 0 0}" +
      "#rt-legend ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:3px 14px}" +
      "#rt-legend li{display:flex;align-items:center;gap:6px}" +
      ".rt-swatch{width:22px;height:14px;border:1px solid #6b7f80;flex:none}" +
      ".rt-circle{width:13px;height:13px;border-radius:50%;border:1px solid #0b4448;background:#0f5f6399;flex:none}" +
      ".rt-town{font:600 11px system-ui,sans-serif;color:#12292b;white-space:nowrap;" +
      "text-shadow:0 0 3px #fff,0 0 3px #fff,0 0 3px #fff}" +
      ".leaflet-tooltip.rt-tip{font:13px/1.35 system-ui,sans-serif;white-space:normal;max-width:260px;width:max-content}";
    document.head.appendChild(style);
    synchronise(map);
    window.addEventListener("resize", fit);
  }

  window.rtMap = { attach: attach, paint: paint, state: state };
})();
