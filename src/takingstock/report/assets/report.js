/* Draws the figures from the JSON blocks of the page. Nothing is fetched; every figure's table stands below it. */
(function () {
  'use strict';
  var read = function (id) { return JSON.parse(document.getElementById(id).textContent); };
  var rtl = read('labels').rtl;
  var W = 680;
  var INK = '#1a1a1a', SOFT = '#555', LINE = '#c9c9c9', ACCENT = '#1d3f5e', ALARM = '#9a3412';
  /* Dark to light, so that the order of luminance tells the series apart in grey print as well. */
  var SERIES = ['#14304a', '#9c3f1c', '#5b9bc4', '#e3b25b', '#c3dcea', '#f4efe2'];

  function mirror(x, width) { return rtl ? W - x - (width || 0) : x; }
  function turn(anchor) { return !rtl || anchor === 'middle' ? anchor : anchor === 'start' ? 'end' : 'start'; }

  function canvas(holder, height) {
    var id = holder.dataset.for;
    var svg = d3.select(holder).append('svg').attr('viewBox', '0 0 ' + W + ' ' + Math.ceil(height))
      .attr('role', 'img').attr('direction', 'ltr').attr('aria-labelledby', id + '-title ' + id + '-desc');
    svg.append('title').attr('id', id + '-title').text(holder.dataset.title);
    svg.append('desc').attr('id', id + '-desc').text(holder.dataset.desc);
    return svg;
  }
  function cut(text, length) { return text.length > length ? text.slice(0, length - 1).trimEnd() + '…' : text; }
  /* A label with Arabic in it runs right to left even if it begins with a Latin name. */
  function run(text) { return rtl && /[\u0590-\u08ff]/.test(text) ? '\u200f' + text : text; }
  function write(parent, x, y, text, anchor, css, plain) {
    return parent.append('text').attr('x', plain ? x : mirror(x)).attr('y', y).attr('class', css || null)
      .attr('text-anchor', plain ? anchor : turn(anchor)).attr('unicode-bidi', 'plaintext').text(run(text));
  }
  function halo(selection) {
    return selection.attr('stroke', '#fff').attr('stroke-width', 3).attr('stroke-linejoin', 'round').attr('paint-order', 'stroke');
  }
  function box(parent, x, y, width, height, fill) {
    return parent.append('rect').attr('x', mirror(x, width)).attr('y', y).attr('width', Math.max(0, width))
      .attr('height', Math.max(0, height)).attr('fill', fill);
  }
  function wrap(text, length, lines) {
    var out = [''];
    text.split(/\s+/).forEach(function (word) {
      var last = out[out.length - 1];
      if (!last) out[out.length - 1] = word;
      else if ((last + ' ' + word).length <= length) out[out.length - 1] = last + ' ' + word;
      else out.push(word);
    });
    if (out.length > lines) { out = out.slice(0, lines); out[lines - 1] = cut(out[lines - 1], Math.max(4, length - 1)).replace(/…$/, '') + '…'; }
    return out.map(function (line) { return cut(line, length + 4); });
  }
  function hatch(svg, id, colour, ground, width, angle) {
    var p = svg.append('defs').append('pattern').attr('id', id).attr('patternUnits', 'userSpaceOnUse').attr('width', 5)
      .attr('height', 5).attr('patternTransform', 'rotate(' + (angle || 45) + ')');
    p.append('rect').attr('width', 5).attr('height', 5).attr('fill', ground);
    p.append('rect').attr('width', width || 1.6).attr('height', 5).attr('fill', colour);
    return 'url(#' + id + ')';
  }

  function bars(holder, data) {
    var row = 21, left = 200, top = 4, y = top;
    var all = data.groups.reduce(function (list, group) { return list.concat(group.bars); }, []);
    var right = 20 + 6.1 * (d3.max(all, function (b) { return b.text.length; }) || 0);
    var height = top + data.groups.reduce(function (sum, g) { return sum + (g.label ? 25 : 0) + g.bars.length * row + (g.label ? 4 : 0); }, 0) + (data.own ? 6 : 24);
    var svg = canvas(holder, height);
    var most = function (list) { return d3.max(list, function (b) { return Math.max(b.value, b.high || 0); }) || 1; };
    var scale = d3.scaleLinear().domain([0, data.max || most(all)]).range([0, W - left - right]);
    data.groups.forEach(function (group) {
      var start = group.label ? y + 26 : y;
      if (group.label) { y += 18; write(svg, 0, y, cut(group.label, 100), 'start', 'head'); y += 7; }
      if (data.own) scale.domain([0, most(group.bars)]);
      group.bars.forEach(function (bar) {
        var name = write(svg, left - 8, y + 14, cut(bar.label, 32), 'end');
        name.append('title').text(bar.label);
        if (data.max) box(svg, left, y + 4, scale(data.max), 13, '#ebe8e1');
        box(svg, left, y + 4, Math.max(1, scale(bar.value)), 13, ACCENT);
        var end = scale(bar.value);
        if (bar.low !== null && bar.low !== undefined && bar.high !== null && bar.high !== undefined) {
          svg.append('path').attr('stroke', INK).attr('stroke-width', 1.2)
            .attr('d', 'M' + mirror(left + scale(bar.low)) + ',' + (y + 10.5) + 'H' + mirror(left + scale(bar.high)));
          end = Math.max(end, scale(bar.high));
        }
        write(svg, left + (data.max ? scale(data.max) : end) + 6, y + 14, bar.text, 'start');
        y += row;
      });
      svg.append('path').attr('d', 'M' + mirror(left) + ',' + start + 'V' + y).attr('stroke', INK);
      if (group.label) y += 4;
    });
    if (!data.own) {
      scale.ticks(5).forEach(function (tick) {
        svg.append('path').attr('stroke', INK).attr('d', 'M' + mirror(left + scale(tick)) + ',' + y + 'v4');
        write(svg, left + scale(tick), y + 15, d3.format(',')(tick), 'middle', 'muted');
      });
      write(svg, 0, y + 15, cut(data.axis, 36), 'start', 'muted');
    }
  }

  function sankey(holder, data) {
    var columns = {};
    data.nodes.forEach(function (n) { columns[n.depth] = (columns[n.depth] || 0) + 1; });
    var deepest = d3.max(data.nodes, function (n) { return n.depth; });
    var busiest = d3.max(Object.values(columns));
    var space = W / (deepest + 1), letters = Math.max(11, Math.floor(space / 6.4));
    var pad = 40, top = 36, flow = Math.max(46, Math.min(150, data.links.length * 16));
    var bottom = top + flow + (busiest - 1) * pad, height = bottom + 40;
    var svg = canvas(holder, height);
    var id = holder.dataset.for;
    var paint = {
      documented: ACCENT, diverted: ALARM,
      inferred: hatch(svg, id + '-inferred', '#6f8ca3', '#dbe4eb', 2, 45),
      unknown: hatch(svg, id + '-unknown', '#b5b5b5', '#f4f4f4', 1.2, -45)
    };
    var graph = d3.sankey().nodeId(function (d) { return d.id; }).nodeWidth(9).nodePadding(pad)
      .nodeAlign(function (n, count) { return count - 1 - n.far; }).extent([[2, top], [W - 2, bottom]])({
        nodes: data.nodes.map(function (n) { return { id: n.id, label: n.label, kind: n.kind, far: n.depth }; }),
        links: data.links.map(function (l) { return Object.assign({}, l); })
      });
    var path = d3.linkHorizontal().source(function (l) { return [mirror(l.source.x1), l.y0]; })
      .target(function (l) { return [mirror(l.target.x0), l.y1]; });
    var numbered = {};
    graph.links.forEach(function (l) {
      var width = Math.max(1.5, l.width - 1);
      svg.append('path').attr('d', path(l)).attr('fill', 'none').attr('stroke', paint[l.basis] || SOFT)
        /* A pale band has an interval so wide that its width is only a middle value. */
        .attr('stroke-width', width).attr('stroke-opacity', l.wide ? 0.38 : l.basis === 'documented' || l.basis === 'diverted' ? 0.8 : 1)
        .append('title').text(l.source.label + ' – ' + l.target.label + (l.text ? ': ' + l.text : ''));
    });
    var taken = [];
    function free(b) { return !taken.some(function (o) { return b[0] < o[2] && b[2] > o[0] && b[1] < o[3] && b[3] > o[1]; }); }
    graph.nodes.forEach(function (n) {
      box(svg, n.x0, n.y0, n.x1 - n.x0, Math.max(1.5, n.y1 - n.y0), n.kind === 'unknown' ? '#8a8a8a' : INK);
      var edge = n.far === 0 ? 'end' : n.x0 < 10 ? 'start' : 'middle';
      var x = edge === 'end' ? n.x1 : edge === 'start' ? n.x0 : (n.x0 + n.x1) / 2;
      var lines = wrap(n.label, letters, 2);
      lines.forEach(function (line, i) {
        var y = n.y0 - 6 - (lines.length - 1 - i) * 12, w = line.length * 6.3;
        var from = edge === 'end' ? x - w : edge === 'start' ? x : x - w / 2;
        taken.push([from, y - 10, from + w, y + 3]);
        halo(write(svg, x, y, line, edge)).append('title').text(n.label);
      });
    });
    /* A chain's number and interval stand on the first of its bands on which they hide nothing, else the number alone. */
    function spot(l, t, w) {
      var u = 1 - t, middle = 3 * u * t, xm = (l.source.x1 + l.target.x0) / 2;
      var x = u * u * u * l.source.x1 + middle * xm + t * t * t * l.target.x0;
      var y = (u * u * u + middle * u) * l.y0 + (middle * t + t * t * t) * l.y1;
      return { x: x, y: y, box: [x - w / 2, y - 7, x + w / 2, y + 7] };
    }
    graph.links.forEach(function (l) {
      if (!l.chain || numbered[l.chain]) return;
      var bands = graph.links.filter(function (o) { return o.chain === l.chain && o.width >= 12 && o.basis !== 'unknown'; });
      [l.span ? l.chain + ' · ' + l.span : '', String(l.chain)].some(function (text) {
        var w = text.replace(/[\u2066\u2069]/g, '').length * 6.6 + 4;
        return text && bands.some(function (band) {
          return [0.5, 0.35, 0.65, 0.25, 0.75].some(function (t) {
            var at = spot(band, t, w);
            if (!free(at.box)) return false;
            taken.push(at.box);
            numbered[l.chain] = true;
            if (text.length < 3 && band.width >= 16) svg.append('circle').attr('cx', mirror(at.x)).attr('cy', at.y).attr('r', 7.5).attr('fill', '#fff');
            halo(write(svg, at.x, at.y + 4, text, 'middle', 'head'));
            return true;
          });
        });
      });
    });
    var x = 0, y = height - 5, legend = ['documented', 'inferred', 'diverted', 'unknown'].filter(function (kind) {
      return data.links.some(function (l) { return l.basis === kind; });
    });
    legend.forEach(function (kind) {
      var need = 28 + data.legend[kind].length * 5.8;
      if (x > 0 && x + need > W) { x = 0; y += 17; svg.attr('viewBox', '0 0 ' + W + ' ' + Math.ceil(y + 5)); }
      box(svg, x, y - 9, 22, 10, paint[kind]);
      write(svg, x + 28, y, data.legend[kind], 'start', 'muted');
      x += need + 16;
    });
  }

  function map(holder, data) {
    var atlas = read('atlas');
    var land = topojson.feature(atlas, atlas.objects.countries);
    var borders = topojson.mesh(atlas, atlas.objects.countries, function (a, b) { return a !== b; });
    var height = 400, svg = canvas(holder, height + 26), id = holder.dataset.for;
    var lons = d3.extent(data.points, function (p) { return p.lon; }), lats = d3.extent(data.points, function (p) { return p.lat; });
    var pad = Math.max(2.2, 0.2 * Math.max(lons[1] - lons[0], (lats[1] - lats[0]) * 1.3));
    var wide = lons[1] - lons[0] > 120;
    var frame = [[lons[0] - pad, lats[0] - pad * 0.75], [lons[1] + pad, lats[1] + pad * 0.75]];
    var corners = { type: 'MultiPoint', coordinates: [frame[0], frame[1], [frame[0][0], frame[1][1]], [frame[1][0], frame[0][1]]] };
    var projection = wide ? d3.geoNaturalEarth1().fitSize([W, height], { type: 'Sphere' })
      : d3.geoNaturalEarth1().rotate([-(lons[0] + lons[1]) / 2, 0]).fitSize([W, height], corners);
    svg.append('clipPath').attr('id', id + '-clip').append('rect').attr('width', W).attr('height', height);
    var sheet = svg.append('g').attr('clip-path', 'url(#' + id + '-clip)');
    sheet.append('rect').attr('width', W).attr('height', height).attr('fill', '#eef3f6');
    var path = d3.geoPath(projection);
    sheet.append('path').attr('d', path(land)).attr('fill', '#f6f3ec');
    sheet.append('path').attr('d', path(borders)).attr('fill', 'none').attr('stroke', '#a39d8f').attr('stroke-width', 0.9);
    var taken = [];
    var size = d3.scaleSqrt().domain([0, d3.max(data.points, function (p) { return p.value; }) || 1]).range([4, 24]);
    var spots = data.points.map(function (p) {
      var xy = projection([p.lon, p.lat]), r = p.value ? size(p.value) : 4;
      taken.push([xy[0] - Math.min(r, 8), xy[1] - Math.min(r, 8), xy[0] + Math.min(r, 8), xy[1] + Math.min(r, 8)]);
      return { p: p, x: xy[0], y: xy[1], r: r };
    });
    if (!wide) {
      taken.push([W - 178, 0, W, 100]);
      land.features.forEach(function (country) {
        var at = path.centroid(country);
        if (!(at[0] > 30 && at[0] < W - 30 && at[1] > 16 && at[1] < height - 8)) return;
        var name = data.names[country.id] || country.properties.name;
        halo(write(sheet, at[0], at[1], name, 'middle', 'muted', true)).attr('stroke', '#f6f3ec');
        taken.push([at[0] - name.length * 3, at[1] - 10, at[0] + name.length * 3, at[1] + 3]);
      });
    }
    spots.sort(function (a, b) { return b.r - a.r; }).forEach(function (s) {
      var mark;
      if (s.p.kind === 'diversion') mark = sheet.append('circle').attr('cx', s.x).attr('cy', s.y).attr('r', s.r).attr('fill', ALARM).attr('fill-opacity', 0.55).attr('stroke', ALARM);
      else mark = sheet.append('rect').attr('x', s.x - 4.5).attr('y', s.y - 4.5).attr('width', 9).attr('height', 9).attr('fill', '#fff').attr('stroke', ACCENT).attr('stroke-width', 2);
      if (s.p.vague) mark.attr('stroke-dasharray', '3 2').attr('fill-opacity', 0.15);
      mark.append('title').text(s.p.place);
    });
    spots.forEach(function (s) {
      var text = s.p.no + ' ' + s.p.place, w = text.length * 6.1, gap = (s.p.kind === 'diversion' ? s.r : 5) + 4;
      var tries = [[s.x + gap, s.y + 4, 'start', 0], [s.x - gap, s.y + 4, 'end', -w], [s.x, s.y - gap - 2, 'middle', -w / 2], [s.x, s.y + gap + 10, 'middle', -w / 2],
        [s.x + gap, s.y + 18, 'start', 0], [s.x - gap, s.y - 10, 'end', -w]];
      var chosen = tries.find(function (t) {
        var b = [t[0] + t[3], t[1] - 11, t[0] + t[3] + w, t[1] + 3];
        return b[0] > 0 && b[2] < W && b[1] > 0 && b[3] < height && !taken.some(function (o) { return b[0] < o[2] && b[2] > o[0] && b[1] < o[3] && b[3] > o[1]; });
      });
      if (!chosen) { chosen = [s.x, s.y + 4, 'middle', -7]; text = String(s.p.no); w = 14; }
      taken.push([chosen[0] + chosen[3], chosen[1] - 11, chosen[0] + chosen[3] + w, chosen[1] + 3]);
      halo(write(sheet, chosen[0], chosen[1], text, chosen[2], 'head', true));
    });
    if (!wide) {
      var inset = svg.append('g').attr('transform', 'translate(' + (W - 176) + ',1)');
      inset.append('rect').attr('width', 175).attr('height', 92).attr('fill', '#fff').attr('stroke', SOFT);
      var world = d3.geoNaturalEarth1().fitExtent([[3, 3], [172, 89]], { type: 'Sphere' }), small = d3.geoPath(world);
      inset.append('path').attr('d', small(land)).attr('fill', '#cfcabd');
      var a = world([frame[0][0], frame[1][1]]), b = world([frame[1][0], frame[0][1]]);
      inset.append('rect').attr('x', a[0] - 1).attr('y', a[1] - 1).attr('width', Math.max(5, b[0] - a[0] + 2)).attr('height', Math.max(5, b[1] - a[1] + 2))
        .attr('fill', 'none').attr('stroke', ALARM).attr('stroke-width', 1.6);
    }
    svg.append('rect').attr('width', W).attr('height', height).attr('fill', 'none').attr('stroke', SOFT);
    var x = 0, y = height + 18;
    ['diversion', 'recovery', 'vague'].forEach(function (kind) {
      if (!data.points.some(function (p) { return kind === 'vague' ? p.vague : p.kind === kind; })) return;
      if (kind === 'recovery') box(svg, x + 1, y - 9, 9, 9, '#fff').attr('stroke', ACCENT).attr('stroke-width', 2);
      else svg.append('circle').attr('cx', mirror(x + 6)).attr('cy', y - 4).attr('r', 5).attr('fill', ALARM).attr('stroke', ALARM)
        .attr('fill-opacity', kind === 'vague' ? 0.15 : 0.55).attr('stroke-dasharray', kind === 'vague' ? '3 2' : null);
      write(svg, x + 17, y, data.legend[kind], 'start', 'muted');
      x += 34 + data.legend[kind].length * 5.6;
    });
  }

  function timeline(holder, data) {
    var left = 224, right = 14, row = 42, lane = 17, id = holder.dataset.for;
    var first = data.first, last = data.last;
    var series = data.series, legend = 20 * Math.ceil(series.length / 3);
    var top = legend + 4 + data.bands.length * lane + (data.bands.length ? 10 : 0);
    var bottom = top + data.rows.length * row, height = bottom + 24 + (data.bands.length ? 20 : 0);
    var svg = canvas(holder, height);
    var shade = hatch(svg, id + '-exempt', '#8b8577', '#ffffff', 1, 45);
    var x = d3.scaleLinear().domain([first, last]).range([left, W - right]);
    var clamp = function (value, open) { return Math.max(first, Math.min(last, value === null ? open : value)); };
    function span(y, h, from, to, fill) { if (to > from) box(svg, x(from), y, x(to) - x(from), h, fill); }
    series.forEach(function (name, i) {
      var lx = (i % 3) * (W / 3), ly = 12 + 20 * Math.floor(i / 3);
      box(svg, lx, ly - 9, 12, 10, SERIES[i % SERIES.length]).attr('stroke', INK).attr('stroke-width', 0.4);
      write(svg, lx + 18, ly, cut(name, 32), 'start', 'muted');
    });
    /* Only an embargo on the whole territory shades the years, and only where no exemption is open. */
    var whole = data.bands.filter(function (band) { return band.whole; });
    whole.forEach(function (band) { span(top, bottom - top, clamp(band.first, first), clamp(band.last, last), '#e9e6de'); });
    whole.forEach(function (band) {
      band.exempt.forEach(function (e) { span(top, bottom - top, clamp(e.first, first), clamp(e.last, band.last === null ? last : band.last), '#f7f6f2'); });
    });
    data.bands.forEach(function (band, i) {
      var y = legend + 4 + i * lane, from = clamp(band.first, first), to = clamp(band.last, last);
      span(y + 3, 9, from, to, '#5d584d');
      band.exempt.forEach(function (e) {
        var a = clamp(e.first, first), b = clamp(e.last, band.last === null ? last : band.last);
        span(y + 3, 9, a, b, shade);
        if (b > a) box(svg, x(a), y + 3, x(b) - x(a), 9, 'none').attr('stroke', '#5d584d').attr('stroke-width', 0.8);
      });
      write(svg, left - 8, y + 11, cut(band.label, 44), 'end', 'tiny').append('title').text(band.label);
    });
    var step = x(first + 1) - x(first), wide = Math.min(20, step * 0.72);
    data.rows.forEach(function (r, i) {
      var base = top + (i + 1) * row - 4, size = d3.scaleLinear().domain([0, r.max || 1]).range([0, row - 20]);
      svg.append('path').attr('stroke', LINE).attr('d', 'M' + mirror(left) + ',' + base + 'H' + mirror(W - right));
      var lines = wrap(r.label, 30, 2);
      lines.forEach(function (line, k) { write(svg, left - 8, base - 22 + k * 12 + (lines.length === 1 ? 8 : 0), line, 'end').append('title').text(r.label); });
      write(svg, left - 8, base - 1, r.unit, 'end', 'muted');
      var height = {}, total = {}, named = false;
      r.bars.forEach(function (b) { total[b.year] = (total[b.year] || 0) + b.value; });
      r.bars.forEach(function (b) {
        var y0 = height[b.year] || 0, h = Math.max(1, size(b.value));
        box(svg, x(b.year) + (step - wide) / 2, base - y0 - h, wide, h, SERIES[b.series % SERIES.length]).attr('stroke', INK).attr('stroke-width', 0.4);
        height[b.year] = y0 + h;
      });
      Object.keys(total).forEach(function (year) {
        /* Narrow years: only the highest is written, once. */
        if (step < 22 && (named || total[year] < r.max)) return;
        named = true;
        halo(write(svg, x(+year) + step / 2, base - height[year] - 3, d3.format(',')(total[year]), 'middle', 'muted'));
      });
      r.spans.forEach(function (s, k) {
        var y = base - row + 12 + (k % 3) * 13, a = x(s.first) + 2, b = x(s.last) - 2;
        var line = 'M' + mirror(a) + ',' + (y - 3) + 'v6M' + mirror(a) + ',' + y + 'H' + mirror(b) + 'M' + mirror(b) + ',' + (y - 3) + 'v6';
        svg.append('path').attr('d', line).attr('fill', 'none').attr('stroke', INK).attr('stroke-width', 3.4);
        svg.append('path').attr('d', line).attr('fill', 'none').attr('stroke', SERIES[s.series % SERIES.length]).attr('stroke-width', 2).append('title').text(s.text);
        var need = s.text.length * 5.4;
        if (need < b - a + 8) halo(write(svg, (a + b) / 2, y + 11, s.text, 'middle', 'muted'));
        else if (b + 6 + need < W) halo(write(svg, b + 6, y + 4, s.text, 'start', 'muted'));
        else halo(write(svg, a - 6, y + 4, cut(s.text, Math.max(14, Math.floor((a - left) / 5.4))), 'end', 'muted'));
      });
    });
    svg.append('path').attr('stroke', INK).attr('d', 'M' + mirror(left) + ',' + bottom + 'H' + mirror(W - right));
    var every = Math.max(1, Math.ceil(36 / step));
    for (var year = first; year < last; year += 1) {
      svg.append('path').attr('stroke', INK).attr('d', 'M' + mirror(x(year)) + ',' + bottom + 'v4');
      if ((year - first) % every === 0) write(svg, x(year) + step / 2, bottom + 15, String(year), 'middle', 'muted');
    }
    if (data.bands.length) {
      box(svg, 0, height - 13, 22, 9, '#5d584d');
      write(svg, 28, height - 5, data.legend.band, 'start', 'muted');
      var lx = 60 + data.legend.band.length * 5.6;
      box(svg, lx, height - 13, 22, 9, shade).attr('stroke', '#5d584d').attr('stroke-width', 0.8);
      write(svg, lx + 28, height - 5, data.legend.exempt, 'start', 'muted');
    }
  }

  /* Intervals with their middle value, one or two to a row; a rule across all rows where a value is aimed at. */
  function intervals(holder, data) {
    var left = 208, lane = 15, gap = 11, top = data.rule ? 18 : 6, y = top;
    var texts = data.rows.reduce(function (list, row) { return list.concat(row.marks.map(function (m) { return m.text.length; })); }, [0]);
    var right = Math.max(60, Math.min(170, 18 + 6.2 * d3.max(texts)));
    var look = { prior: ['#8b8577', '#fff'], posterior: [ACCENT, ACCENT] };
    var sizes = data.rows.map(function (row) { return Math.max(row.marks.length * lane, wrap(row.label, 31, 3).length * 13) + gap; });
    var bottom = top + d3.sum(sizes), height = bottom + 44, svg = canvas(holder, height);
    var x = d3.scaleLinear().domain([0, data.max]).range([left, W - right]);
    x.ticks(5).forEach(function (tick) {
      svg.append('path').attr('stroke', '#e2ded5').attr('d', 'M' + mirror(x(tick)) + ',' + top + 'V' + bottom);
      write(svg, x(tick), bottom + 15, d3.format(',')(tick), 'middle', 'muted');
    });
    if (data.rule) {
      svg.append('path').attr('stroke', INK).attr('stroke-dasharray', '4 3').attr('d', 'M' + mirror(x(data.rule)) + ',' + (top - 4) + 'V' + bottom);
      write(svg, x(data.rule), top - 7, String(Math.round(data.rule)), 'middle', 'muted');
    }
    data.rows.forEach(function (row, i) {
      var lines = wrap(row.label, 31, 3), inner = sizes[i] - gap;
      lines.forEach(function (line, k) {
        write(svg, left - 10, y + inner / 2 + 4 + (k - (lines.length - 1) / 2) * 13, line, 'end').append('title').text(row.label);
      });
      row.marks.forEach(function (mark, k) {
        var at = y + inner / 2 + (k - (row.marks.length - 1) / 2) * lane, paint = look[mark.kind] || look.posterior;
        svg.append('path').attr('stroke', paint[0]).attr('stroke-width', mark.kind === 'prior' ? 1.6 : 3)
          .attr('d', 'M' + mirror(x(mark.low)) + ',' + at + 'H' + mirror(x(mark.high)));
        svg.append('circle').attr('cx', mirror(x(mark.value))).attr('cy', at).attr('r', 4).attr('fill', paint[1])
          .attr('stroke', paint[0]).attr('stroke-width', 1.8);
        write(svg, W - right + 10, at + 4, mark.text, 'start', mark.kind === 'prior' ? 'muted' : null);
      });
      y += sizes[i];
      if (i < data.rows.length - 1) svg.append('path').attr('stroke', LINE).attr('stroke-width', 0.5).attr('d', 'M0,' + (y - gap / 2) + 'H' + W);
    });
    svg.append('path').attr('stroke', INK).attr('d', 'M' + mirror(left) + ',' + bottom + 'H' + mirror(W - right));
    write(svg, 0, bottom + 15, cut(data.axis, 34), 'start', 'muted');
    var lx = 0, kinds = [];
    data.rows.forEach(function (r) { r.marks.forEach(function (m) { if (kinds.indexOf(m.kind) < 0) kinds.push(m.kind); }); });
    kinds.forEach(function (kind) {
      svg.append('path').attr('stroke', look[kind][0]).attr('stroke-width', kind === 'prior' ? 1.6 : 3)
        .attr('d', 'M' + mirror(lx) + ',' + (height - 9) + 'H' + mirror(lx + 22));
      svg.append('circle').attr('cx', mirror(lx + 11)).attr('cy', height - 9).attr('r', 4).attr('fill', look[kind][1]).attr('stroke', look[kind][0]).attr('stroke-width', 1.8);
      write(svg, lx + 28, height - 5, data.legend[kind], 'start', 'muted');
      lx += 50 + data.legend[kind].length * 5.6;
    });
  }

  var charts = { intervals: intervals, bars: bars, sankey: sankey, map: map, timeline: timeline };
  document.querySelectorAll('figure[data-chart]').forEach(function (figure) {
    var holder = figure.querySelector('.chart');
    try {
      charts[figure.dataset.chart](holder, read(holder.dataset.for));
      figure.dataset.drawn = 'yes';
      /* On a narrow screen a drawing keeps its letters readable and scrolls: by keys too. */
      if (holder.scrollWidth > holder.clientWidth + 1) holder.tabIndex = 0;
    } catch (error) {
      /* One figure that cannot be drawn must not take the others with it; its table is there. */
      console.error(error);
    }
  });
}());
