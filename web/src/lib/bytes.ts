// Byte spans of the source text against JavaScript strings. Spans count UTF-8 bytes; a window of
// text is encoded once and cut on byte offsets, so that no character is split or shown twice.

export interface Mark {
    begin: number;
    end: number;
    kind: string;
    id: string;
    label?: string;
}

export interface Segment {
    begin: number;
    text: string;
    marks: Mark[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

// The characters whose first byte lies in [begin, end), of a window that starts at `windowBegin`.
export function cut(text: string, windowBegin: number, begin: number, end: number): string {
    const bytes = encoder.encode(text);
    const from = align(bytes, begin - windowBegin);
    const to = align(bytes, end - windowBegin);
    return decoder.decode(bytes.subarray(from, to));
}

function align(bytes: Uint8Array, offset: number): number {
    let at = Math.max(0, Math.min(bytes.length, offset));
    while (at < bytes.length && isContinuation(bytes[at])) at += 1;
    return at;
}

// Cuts a window into runs that carry the same marks. `breaks` are further offsets to cut at.
export function segments(
    text: string,
    windowBegin: number,
    marks: readonly Mark[],
    breaks: readonly number[] = [],
): Segment[] {
    const bytes = encoder.encode(text);
    const windowEnd = windowBegin + bytes.length;
    const inside = marks.filter(
        (m) => m.end > windowBegin && m.begin < windowEnd && m.end > m.begin,
    );
    const edges = new Set<number>([0, bytes.length]);
    for (const mark of inside) {
        edges.add(align(bytes, mark.begin - windowBegin));
        edges.add(align(bytes, mark.end - windowBegin));
    }
    for (const at of breaks) {
        if (at > windowBegin && at < windowEnd) edges.add(align(bytes, at - windowBegin));
    }
    const sorted = [...edges].sort((a, b) => a - b);
    const result: Segment[] = [];
    for (let i = 0; i + 1 < sorted.length; i += 1) {
        const from = sorted[i]!;
        const to = sorted[i + 1]!;
        const begin = windowBegin + from;
        result.push({
            begin,
            text: decoder.decode(bytes.subarray(from, to)),
            marks: inside.filter((m) => m.begin < windowBegin + to && m.end > begin),
        });
    }
    return result;
}
