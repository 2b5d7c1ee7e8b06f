/** The WGSL of op.ts, and the numbers that both share. */

/** What one workgroup's memory holds. */
export const MOST_TOKENS = 1024;
export const MOST_EXPERTS = 256;
/** Bids are raised by range / 4, then a quarter of that, …, at last by range / 4^PHASES. */
export const PHASES = 4;
/** Affinities beyond this, up or down, are taken for infinities. */
export const LARGEST = 1e30;
/** Far more than an auction needs; whoever has no place then takes the free ones in order. */
export const MOST_ROUNDS = 1024;
export const THREADS = 256;

/** Its bits, to compare by: WGSL may assume that neither infinities nor NaN occur. */
const largestBits = new Uint32Array(Float32Array.of(LARGEST).buffer)[0];
const infinityBits = 0x7f800000;

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
  var<workgroup> below : f32; // minus infinity's, and NaN's
  var<workgroup> above : f32; // infinity's

  fn sizeOf(i : i32) -> u32 { return bitcast<u32>(affinity[i]) & 0x7fffffffu; }

  fn tamed(i : i32) -> f32 {
    let size = sizeOf(i);
    if (size <= ${largestBits}u) { return affinity[i]; }
    return select(below, above, size <= ${infinityBits}u && bitcast<u32>(affinity[i]) == size);
  }

  fn rangeOf(low : f32, high : f32) -> f32 {
    let range = max(high - low, max(abs(low), abs(high)) * ${2 ** -11});
    return select(1.0, range, range > 0.0);
  }

  fn main(index : i32) {
    let me = i32(localId.x);
    let tokens = uniforms.affinityShape[0];
    let experts = uniforms.affinityShape[1];
    let places = tokens / experts;

    var low = 2.0 * ${LARGEST};
    var high = -low;
    var odd = 0;
    for (var i = me; i < tokens * experts; i = i + ${THREADS}) {
      if (sizeOf(i) <= ${largestBits}u) {
        low = min(low, affinity[i]);
        high = max(high, affinity[i]);
      } else {
        odd = odd + 1;
      }
    }
    lows[me] = low;
    highs[me] = high;
    without[me] = odd;
    for (var e = me; e < experts; e = e + ${THREADS}) { price[e] = 0.0; }
    workgroupBarrier();
    if (me == 0) {
      for (var i = 1; i < ${THREADS}; i = i + 1) {
        low = min(low, lows[i]);
        high = max(high, highs[i]);
      }
      if (low > high) { // nothing but infinities and NaN
        low = 0.0;
        high = 0.0;
      }
      for (var i = 1; i < ${THREADS}; i = i + 1) { odd = odd + without[i]; }
      let range = rangeOf(low, high);
      below = low - range;
      above = high + range;
      firstRaise = select(range, 4.0 * range, odd > 0);
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
            var best = tamed(t * experts) - price[0];
            var second = best;
            var favourite = 0;
            for (var e = 1; e < experts; e = e + 1) {
              let worth = tamed(t * experts + e) - price[e];
              if (worth > best) {
                second = best;
                best = worth;
                favourite = e;
              } else if (e == 1 || worth > second) {
                second = worth;
              }
            }
            at[t] = favourite;
            bid[t] = (tamed(t * experts + favourite) - second) + raise;
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
