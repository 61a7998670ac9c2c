// What the pages ask for. Keys start with the module so that live events can make them stale.
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { get, type Query } from './client';
import type * as Api from './types';

const P = '/api/programme';
const part = encodeURIComponent;

export const useMe = () =>
    useQuery({
        queryKey: ['me'],
        queryFn: () => get<Api.Me>('/api/me'),
        retry: false,
        staleTime: 60_000,
    });
export const useModules = () =>
    useQuery({
        queryKey: ['modules'],
        queryFn: () => get<Api.Modules>('/api/modules'),
        staleTime: Number.POSITIVE_INFINITY,
    });
export const useOverview = (asOf?: string) =>
    useQuery({
        queryKey: ['programme', 'overview', asOf],
        queryFn: () => get<Api.Overview>(`${P}/overview`, { as_of: asOf }),
    });
export const reportPath = (name: string): string =>
    name === 'findings'
        ? `${P}/findings`
        : name === 'audit'
          ? '/api/audit'
          : `${P}/reports/${name}`;
export const reportKey = (name: string): string => (name === 'audit' ? 'platform' : 'programme');
export const useReport = (name: string, query: Query, enabled = true) =>
    useQuery({
        queryKey: [reportKey(name), 'report', name, query],
        queryFn: () => get<Api.Table>(reportPath(name), query),
        placeholderData: keepPreviousData,
        enabled,
    });
export const useFigure = (id: string | undefined) =>
    useQuery({
        queryKey: ['programme', 'figure', id],
        queryFn: () => get<Api.FigureDetail>(`${P}/figures/${part(id ?? '')}`),
        enabled: Boolean(id),
    });
export const useAssertion = (id: string | undefined) =>
    useQuery({
        queryKey: ['programme', 'assertion', id],
        queryFn: () => get<Api.Assertion>(`${P}/assertions/${part(id ?? '')}`),
        enabled: Boolean(id),
    });
export const useHistory = (subject: string | undefined, predicate: string | undefined) =>
    useQuery({
        queryKey: ['programme', 'history', subject, predicate],
        queryFn: () =>
            get<{ assertions: Api.Assertion[] }>(`${P}/assertions`, { subject, predicate }),
        enabled: Boolean(subject && predicate),
    });
// `sha256` names an edition; without it the server takes the one that stands for the document.
export const useDocument = (key: string, sha256?: string) =>
    useQuery({
        queryKey: ['programme', 'document', key, sha256],
        queryFn: () => get<Api.DocumentDetail>(`${P}/documents/${part(key)}`, { sha256 }),
    });
export const useMarks = (key: string, sha256: string, enabled: boolean) =>
    useQuery({
        queryKey: ['programme', 'marks', key, sha256],
        queryFn: () =>
            get<{
                marks: { begin: number; end: number; kind: string; id: string; label: string }[];
            }>(`${P}/documents/${part(key)}/marks`, { sha256 }),
        enabled,
    });
export const useTextWindow = (
    key: string,
    sha256: string | undefined,
    begin: number,
    end: number,
    enabled = true,
) =>
    useQuery({
        queryKey: ['text', key, sha256, begin, end],
        queryFn: () =>
            get<Api.TextWindow>(`${P}/documents/${part(key)}/text`, { begin, end, sha256 }),
        staleTime: Number.POSITIVE_INFINITY,
        enabled: enabled && key !== '',
    });
export const useImports = () =>
    useQuery({
        queryKey: ['programme', 'imports'],
        queryFn: () => get<{ imports: Api.ImportSummary[] }>(`${P}/imports`),
    });
export const useImport = (id: string) =>
    useQuery({
        queryKey: ['programme', 'import', id],
        queryFn: () => get<Api.ImportSummary>(`${P}/imports/${part(id)}`),
    });
export const useImportRows = (id: string, query: Query) =>
    useQuery({
        queryKey: ['programme', 'import', id, 'rows', query],
        queryFn: () =>
            get<{ row_count: number; rows: Api.ImportRow[] }>(
                `${P}/imports/${part(id)}/rows`,
                query,
            ),
        placeholderData: keepPreviousData,
    });
// Every row of an import that waits for a person; pages of the largest size.
export const useProposedRows = (id: string, document?: string) =>
    useQuery({
        queryKey: ['programme', 'import', id, 'proposed', document],
        queryFn: async () => {
            const all: Api.ImportRow[] = [];
            for (let more = true; more; ) {
                const page = await get<{ row_count: number; rows: Api.ImportRow[] }>(
                    `${P}/imports/${part(id)}/rows`,
                    { status: 'proposed', document, limit: 1000, offset: all.length },
                );
                all.push(...page.rows);
                more = page.rows.length > 0 && all.length < page.row_count;
            }
            return all;
        },
    });
export const useAssertions = (ids: string[]) =>
    useQueries({
        queries: ids.map((id) => ({
            queryKey: ['programme', 'assertion', id],
            queryFn: () => get<Api.Assertion>(`${P}/assertions/${part(id)}`),
        })),
    });
export const useFinding = (id: string) =>
    useQuery({
        queryKey: ['programme', 'finding', id],
        queryFn: () => get<Api.Finding>(`${P}/findings/${part(id)}`),
    });
export const useMap = (indicator: string, asOf?: string) =>
    useQuery({
        queryKey: ['programme', 'map', indicator, asOf],
        queryFn: () => get<Api.MapData>(`${P}/map`, { indicator, as_of: asOf }),
        placeholderData: keepPreviousData,
    });
export const useSearchHits = (q: string) =>
    useQuery({
        queryKey: ['programme', 'search', q],
        queryFn: () => get<{ hits: Api.SearchHit[] }>(`${P}/search`, { q }),
        enabled: q.trim().length >= 2,
        placeholderData: keepPreviousData,
    });
export const useReleases = () =>
    useQuery({
        queryKey: ['programme', 'releases'],
        queryFn: () => get<{ releases: Api.Release[] }>(`${P}/releases`),
    });
export const useAccounts = () =>
    useQuery({
        queryKey: ['platform', 'accounts'],
        queryFn: () => get<{ accounts: Api.Account[] }>('/api/accounts'),
    });
export const useOrganisations = () =>
    useQuery({
        queryKey: ['platform', 'organisations'],
        queryFn: () => get<{ organisations: Api.Organisation[] }>('/api/organisations'),
    });
export const useTokens = () =>
    useQuery({
        queryKey: ['platform', 'tokens'],
        queryFn: () => get<{ tokens: Api.Token[] }>('/api/tokens'),
    });
export const useJob = (id: string | null) =>
    useQuery({
        queryKey: ['platform', 'job', id],
        queryFn: () => get<Api.Job>(`/api/jobs/${part(id ?? '')}`),
        enabled: Boolean(id),
        refetchInterval: (query) => (jobEnded(query.state.data) ? false : 1500),
    });
export const jobEnded = (job: Api.Job | undefined): boolean =>
    job !== undefined && !['queued', 'running', 'waiting', 'pending'].includes(job.state);
