// The only place that calls fetch. Same origin, session cookie, CSRF token on unsafe methods;
// every failure becomes an ApiError that carries the server's code, limit and request id.
let csrfToken = '';
export function setCsrfToken(token: string): void {
    csrfToken = token;
}

export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
        readonly requestId: string,
        readonly field = '',
        readonly limit = '',
        readonly retryAfter = 0,
    ) {
        super(message);
    }
}

export type Query = Record<string, string | number | undefined | null>;

export function queryString(query: Query): string {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
        if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
    }
    const text = params.toString();
    return text ? `?${text}` : '';
}

export function errorFrom(status: number, text: string, headers: Headers | null): ApiError {
    let body: { error?: Record<string, unknown> } = {};
    try {
        body = JSON.parse(text) as typeof body;
    } catch {
        // Not JSON: a proxy in between; the status says enough.
    }
    const error = body.error ?? {};
    const said = (name: string) => (error[name] == null ? '' : String(error[name]));
    return new ApiError(
        status,
        said('code') || `http.${status}`,
        said('message') || `HTTP ${status}`,
        said('request_id') || headers?.get('x-request-id') || '',
        said('field'),
        said('limit'),
        Number(headers?.get('retry-after') ?? 0),
    );
}

async function call<T>(method: string, path: string, query: Query, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (method !== 'GET') headers['x-csrf-token'] = csrfToken;
    if (body !== undefined) headers['content-type'] = 'application/json';
    let response: Response;
    try {
        response = await fetch(path + queryString(query), {
            method,
            headers,
            credentials: 'same-origin',
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    } catch {
        throw new ApiError(0, 'network', 'no connection', '');
    }
    const text = await response.text();
    if (!response.ok) throw errorFrom(response.status, text, response.headers);
    return (text === '' ? {} : JSON.parse(text)) as T;
}

export const get = <T>(path: string, query: Query = {}): Promise<T> => call<T>('GET', path, query);
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
    call<T>('POST', path, {}, body);
export const patch = <T>(path: string, body: unknown): Promise<T> =>
    call<T>('PATCH', path, {}, body);
export const remove = <T>(path: string): Promise<T> => call<T>('DELETE', path, {});

// XMLHttpRequest because fetch does not report upload progress.
export function upload<T>(
    path: string,
    files: File[],
    fields: Record<string, string | undefined>,
    progress: (share: number) => void,
): Promise<T> {
    return new Promise((resolve, reject) => {
        const form = new FormData();
        for (const file of files) form.append('files', file, file.name);
        for (const [key, value] of Object.entries(fields)) if (value) form.append(key, value);
        const request = new XMLHttpRequest();
        request.open('POST', path);
        request.setRequestHeader('x-csrf-token', csrfToken);
        request.upload.onprogress = (event) => {
            if (event.lengthComputable) progress(event.loaded / event.total);
        };
        request.onerror = () => reject(new ApiError(0, 'network', 'no connection', ''));
        request.onload = () => {
            if (request.status >= 200 && request.status < 300) {
                resolve(JSON.parse(request.responseText) as T);
            } else {
                reject(errorFrom(request.status, request.responseText, null));
            }
        };
        request.send(form);
    });
}
