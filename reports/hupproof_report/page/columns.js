/* How do a page's bytes become columns again?  packed.py made them. */

function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const text = atob(base64),
        bytes = new Uint8Array(text.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
}

async function inflated(base64) {
    const stream = new Blob([bytesOf(base64)]).stream();
    const whole = new Response(stream.pipeThrough(new DecompressionStream("deflate")));
    return new Uint8Array(await whole.arrayBuffer());
}

/* A column of n integers, as a Float64Array: they may be longer than 32 bits. */
async function unpacked(column, n) {
    const values = new Float64Array(n);
    if (!column.planes) return values.fill(column.same);
    const bytes = await inflated(column.z);
    for (let plane = 0, weight = 1; plane < column.planes; plane++, weight *= 256)
        for (let i = 0, from = plane * n; i < n; i++) values[i] += bytes[from + i] * weight;
    for (let i = 0; i < n; i++) {
        // zigzag
        const half = Math.floor(values[i] / 2);
        values[i] = values[i] === 2 * half ? half : -half - 1;
    }
    return values;
}

function summed(values) {
    for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
    return values;
}

/* Milliseconds since the run began, from what packed.py calls `since`; NaN: never. */
function sinceSent(offsets, from) {
    for (let i = 0; i < offsets.length; i++) {
        const off = offsets[i];
        offsets[i] = off === 0 ? NaN : from[i] + (off > 0 ? off - 1 : off) / 1000;
    }
    return offsets;
}
