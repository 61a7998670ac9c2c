// Names for the shapes of the API, all taken from the generated schema. Only answers that the
// OpenAPI document describes as plain objects (jobs, modules, the audit check) are spelled out.
import type { LocalText } from '../i18n';
import type { components } from './schema';

type Schemas = components['schemas'];

export type Cell = Schemas['ProgrammeCell'];
export type Table = Schemas['ProgrammeTable'];
export type Column = Table['columns'][number];
export type ColumnType = Column['type'];
export type Row = Table['rows'][number];
export type Total = Table['totals'][number];

export type Grant = Schemas['Grant'];
export type Role = Grant['role'];
export type Me = Schemas['Me'];
export type Account = Schemas['Account'];
export type Organisation = Schemas['Organisation'];
export type Token = Schemas['ApiToken'];

export type DocumentRef = Schemas['ProgrammeDocumentRef'];
export type Span = Schemas['ProgrammeSpan'];
export type Source = Schemas['ProgrammeSource'];
export type Assertion = Schemas['ProgrammeAssertion'];
export type FigureDetail = Schemas['ProgrammeFigure'];
export type Overview = Schemas['ProgrammeOverview'];
export type Component = Overview['components'][number];
export type Target = Component['targets'][number];
export type DocumentDetail = Schemas['ProgrammeDocument'];
export type OutlineNode = DocumentDetail['outline'][number];
export type TextWindow = Schemas['ProgrammeDocumentText'];
export type Marks = Schemas['ProgrammeMarks'];
export type ImportSummary = Schemas['ProgrammeImport'];
export type ImportRow = Schemas['ProgrammeImportRows']['rows'][number];
export type Finding = Schemas['ProgrammeFinding'];
export type MapData = Schemas['ProgrammeMap'];
export type Province = MapData['provinces'][number];
export type SearchHit = Schemas['ProgrammeSearch']['hits'][number];
export type Release = Schemas['ProgrammeRelease'];

export interface Modules {
    modules: { name: string; title: LocalText }[];
    version: string;
}
export interface Job {
    id: string;
    kind: string;
    state: string;
    percent: number;
    step: string;
    result?: { import?: string } | null;
    error?: JobError | null;
}
export interface JobError {
    code: string;
    message: string;
    field?: string;
    limit?: string;
}
export interface AuditCheck {
    ok: boolean;
    records: number;
    head_hash: string;
    first_bad?: number | string | null;
}
