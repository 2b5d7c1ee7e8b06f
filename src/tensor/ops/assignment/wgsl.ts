/** The WGSL of op.ts, and the numbers that both share. */

/** What one workgroup's memory holds. */
export const MOST_TOKENS = 1024;
export const MOST_EXPERTS = 256;
/** Bids are raised by range / 4, then a quarter of that, …, at last by range / 4^PHASES. */
export const PHASES = 4;
/** Far more than an auction needs; whoever has no place then takes the free ones in order. */
export const MOST_ROUNDS = 1024;
export const THREADS = 256;

/** The auction again. Tokens and experts are dealt out to the threads in turn. */
export const wgsl = `
  var<workgroup> at : array<i32, ${MOST_TOKENS}>;
  var<workgroup> bid : array<f32, ${MOST_TOKENS}>;
  var<workgroup> price : array<f32, ${MOST_EXPERTS}>;
  var<workgroup> lows : array<f32, ${THREADS}>;
  var<workgroup> highs : array<f32, ${THREADS}>;
  var<workgroup> without : array<i32, ${THREADS}>;
  var<workgroup> left : i32;
  var<workgroup> firstRaise : f32;

  fn main(index : i32) {
    let me = i32(localId.x);
    let tokens = uniforms.affinityShape[0];
    let experts = uniforms.affinityShape[1];
    let places = tokens / experts;

    var low = affinity[0];
    var high = affinity[0];
    for (var i = me; i < tokens * experts; i = i + ${THREADS}) {
      low = min(low, affinity[i]);
      high = max(high, affinity[i]);
    }
    lows[me] = low;
    highs[me] = high;
    for (var e = me; e < experts; e = e + ${THREADS}) { price[e] = 0.0; }
    workgroupBarrier();
    if (me == 0) {
      for (var i = 1; i < ${THREADS}; i = i + 1) {
        low = min(low, lows[i]);
        high = max(high, highs[i]);
      }
      let range = max(high - low, max(abs(low), abs(high)) * ${2 ** -11});
      firstRaise = select(1.0, range, range > 0.0);
    }
    var raise = workgroupUniformLoad(&firstRaise);

    for (var phase = 0; phase < ${PHASES}; phase = phase + 1) {
      raise = raise * 0.25;
      for (var t = me; t < tokens; t = t + ${THREADS}) { at[t] = -1; }
      workgroupBarrier();
      for (var round = 0; round < ${MOST_ROUNDS}; round = round + 1) {
        var mine = 0;
        for (var t = me; t < tokens; t = t + ${THREADS}) {
          if (at[t] < 0) { mine = mine + 1; }
        }
        without[me] = mine;
        workgroupBarrier();
        if (me == 0) {
          var all = 0;
          for (var i = 0; i < ${THREADS}; i = i + 1) { all = all + without[i]; }
          left = all;
        }
        if (workgroupUniformLoad(&left) == 0) { break; }

        for (var t = me; t < tokens; t = t + ${THREADS}) {
          if (at[t] < 0) {
            var best = affinity[t * experts] - price[0];
            var second = best;
            var favourite = 0;
            for (var e = 1; e < experts; e = e + 1) {
              let worth = affinity[t * experts + e] - price[e];
              if (worth > best) {
                second = best;
                best = worth;
                favourite = e;
              } else if (e == 1 || worth > second) {
                second = worth;
              }
            }
            at[t] = favourite;
            bid[t] = (affinity[t * experts + favourite] - second) + raise;
          }
        }
        workgroupBarrier();
        var evicted = 0u; // a bit for each of this thread's tokens
        var bit = 1u;
        for (var t = me; t < tokens; t = t + ${THREADS}) {
          var rank = 0;
          for (var u = 0; u < tokens; u = u + 1) {
            let ahead = bid[u] > bid[t] || (bid[u] == bid[t] && u < t);
            if (at[u] == at[t] && ahead) { rank = rank + 1; }
          }
          if (rank >= places) { evicted = evicted | bit; }
          bit = bit << 1u;
        }
        workgroupBarrier();
        bit = 1u;
        for (var t = me; t < tokens; t = t + ${THREADS}) {
          if ((evicted & bit) != 0u) { at[t] = -1; }
          bit = bit << 1u;
        }
        workgroupBarrier();
        for (var e = me; e < experts; e = e + ${THREADS}) {
          var held = 0;
          var lowest = 0.0;
          for (var t = 0; t < tokens; t = t + 1) {
            if (at[t] == e) {
              lowest = select(min(lowest, bid[t]), bid[t], held == 0);
              held = held + 1;
            }
          }
          if (held == places) { price[e] = lowest; }
        }
        workgroupBarrier();
      }
      workgroupBarrier();
    }

    if (me == 0) {
      for (var e = 0; e < experts; e = e + 1) {
        var free = places;
        for (var t = 0; t < tokens; t = t + 1) { if (at[t] == e) { free = free - 1; } }
        for (var t = 0; t < tokens && free > 0; t = t + 1) {
          if (at[t] < 0) {
            at[t] = e;
            free = free - 1;
          }
        }
      }
    }
    workgroupBarrier();
    for (var i = me; i < tokens * experts; i = i + ${THREADS}) {
      setOutputAtIndex(i, select(0.0, 1.0, at[i / experts] == i % experts));
    }
  }`;
