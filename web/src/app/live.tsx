// One event stream per tab. Events make cached answers stale; job progress goes straight into the
// cache. When the stream breaks it is reopened with back-off and jitter, and the top bar says how
// old the data are. The server sends an event "ping" every 15 seconds: a stream that stays silent for
// three of them is dead whatever the browser thinks of its connection.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Job } from '../api/types';

interface Live {
    connected: boolean;
    lastSeen: number;
}

const LiveContext = createContext<Live>({ connected: true, lastSeen: 0 });
export const useLive = (): Live => useContext(LiveContext);

const firstDelayMs = 1000;
const longestDelayMs = 30_000;
const silenceMs = 45_000;

export function LiveProvider({ children }: { children: ReactNode }) {
    const client = useQueryClient();
    const [live, setLive] = useState<Live>({ connected: true, lastSeen: Date.now() });

    useEffect(() => {
        let source: EventSource | null = null;
        let timer: ReturnType<typeof setTimeout> | undefined;
        let watchdog: ReturnType<typeof setTimeout> | undefined;
        let delay = firstDelayMs;
        let closed = false;
        let everOpened = false;

        const broken = () => {
            source?.close();
            clearTimeout(watchdog);
            if (closed) return;
            setLive((before) => ({ ...before, connected: false }));
            timer = setTimeout(open, delay * (0.5 + Math.random()));
            delay = Math.min(delay * 2, longestDelayMs);
        };
        const seen = () => {
            setLive({ connected: true, lastSeen: Date.now() });
            clearTimeout(watchdog);
            watchdog = setTimeout(broken, silenceMs);
        };
        const open = () => {
            source?.close();
            source = new EventSource('/api/events');
            source.onopen = () => {
                // After a gap events may have been missed: everything on screen is asked again.
                if (everOpened) void client.invalidateQueries();
                everOpened = true;
                delay = firstDelayMs;
                seen();
            };
            source.onerror = broken;
            source.addEventListener('ping', seen);
            // More was missed than the server keeps: everything on screen is asked again.
            source.addEventListener('stream.reset', () => {
                seen();
                void client.invalidateQueries();
            });
            source.addEventListener('job.progress', (event) => {
                seen();
                const job = JSON.parse((event as MessageEvent<string>).data) as Job;
                client.setQueryData<Job>(['platform', 'job', job.id], (before) =>
                    before ? { ...before, ...job } : job,
                );
                if (job.state !== 'running') {
                    void client.invalidateQueries({ queryKey: ['platform', 'job', job.id] });
                }
            });
            for (const name of ['programme.changed', 'programme.finding']) {
                source.addEventListener(name, () => {
                    seen();
                    void client.invalidateQueries({ queryKey: ['programme'] });
                });
            }
        };
        // The system knows of a lost network before the stream does.
        const lost = () => {
            source?.close();
            clearTimeout(timer);
            clearTimeout(watchdog);
            setLive((before) => ({ ...before, connected: false }));
        };
        const back = () => {
            clearTimeout(timer);
            delay = firstDelayMs;
            open();
        };
        window.addEventListener('offline', lost);
        window.addEventListener('online', back);
        open();
        return () => {
            closed = true;
            window.removeEventListener('offline', lost);
            window.removeEventListener('online', back);
            clearTimeout(timer);
            clearTimeout(watchdog);
            source?.close();
        };
    }, [client]);

    return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}
