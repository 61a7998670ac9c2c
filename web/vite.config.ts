// The console is static files under a strict Content-Security-Policy (default-src 'self'): nothing
// is inlined as a data: address and no polyfill injects script or style elements.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const backend = process.env.SAOLA_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
    plugins: [react()],
    build: {
        target: 'es2022',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        chunkSizeWarningLimit: 700,
    },
    server: { proxy: { '/api': backend, '/openapi.json': backend, '/healthz': backend } },
    test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], environment: 'node' },
});
