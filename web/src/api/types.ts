// Names for the shapes of the API that the console uses.
import type { LocalText } from '../i18n';
import type { CellValue } from '../lib/format';

export interface Cell extends CellValue {
    assertion?: string;
    figure?: string;
    link?: string;
}
export type ColumnType = 'text' | 'number' | 'interval' | 'date' | 'link' | 'status';
export interface Column {
    key: string;
    title: LocalText;
    type: ColumnType;
    unit: string;
    sortable: boolean;
}
export interface Row {
    id: string;
    synthetic?: boolean;
    cells: Record<string, Cell>;
}
export interface Total {
    key: string;
    label: LocalText;
    cell: Cell;
    unit: string;
    unknown_count: number;
}
export interface Table {
    name: string;
    title: LocalText;
    as_of: string;
    synthetic: boolean;
    row_count: number;
    filters: Record<string, string>;
    columns: Column[];
    rows: Row[];
    totals: Total[];
    sources: { document_number: string; title: string; place: string }[];
}

export interface Grant {
    role: string;
    organisation: string;
}
export interface Me {
    id: string;
    name: string;
    display_name: string;
    grants: Grant[];
    permissions: string[];
    csrf_token: string;
}
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
    error?: { code?: string; message?: string } | string | null;
}
export interface Account {
    id: string;
    name: string;
    display_name: string;
    disabled: boolean;
    grants: Grant[];
    created_at?: string;
}
export interface Organisation {
    key: string;
    name: string;
    kind: string;
    parent: string;
}
export interface Token {
    id: string;
    name: string;
    scopes: string[];
    created_at?: string;
    expires_at?: string | null;
    last_used_at?: string | null;
}
export interface AuditCheck {
    ok: boolean;
    records: number;
    head_hash: string;
    first_bad?: number | string | null;
}

export interface DocumentRef {
    key: string;
    number: string;
    title: string;
    held?: boolean;
}
export interface Span {
    begin: number;
    end: number;
}
export interface Source {
    id: string;
    document: DocumentRef;
    place: string;
    span: Span | null;
    excerpt: string;
}
export interface Assertion {
    id: string;
    subject: { kind: string; key: string; title: string };
    predicate: string;
    value: Cell;
    unit: string;
    period: string;
    as_of: string | null;
    recorded_at: string;
    stated: string;
    confidence: number;
    classification: string;
    organisation: string;
    synthetic: boolean;
    supersedes: string | null;
    superseded_by: string | null;
    actor: string;
    source: Source | null;
}
export interface FigureDetail {
    id: string;
    title: LocalText;
    formula: LocalText & { expression: string };
    value: Cell;
    unit: string;
    unknown_count: number;
    assertions: Assertion[];
    as_of: string;
    partial?: boolean;
}
export interface Target {
    indicator: string;
    subject: string;
    title: LocalText | string;
    horizon: string;
    cell: Cell;
    unit: string;
    figure?: string;
    known: { cell: Cell; as_of: string; assertion: string } | null;
}
export interface Component {
    key: string;
    title: LocalText;
    products: number;
    indicators: number;
    targets: Target[];
}
export interface Overview {
    as_of: string;
    synthetic?: boolean;
    components: Component[];
    totals: {
        tasks: number;
        priced: number;
        unpriced: number;
        budget: Cell;
        patents: Cell;
        standards: Cell;
        findings: { open: number; error: number; warning: number; question: number };
        deadlines: {
            total: number;
            passed: number;
            next: { due: string; duty: string; organisation?: string; title?: string } | null;
        };
    };
}
export interface DocumentDetail {
    key: string;
    type: string;
    number: string;
    issuer: string;
    issued: string | null;
    effective: string | null;
    title: string;
    draft: boolean;
    status: string;
    replaces: string[];
    replaced_by: string[];
    amended_by: string[];
    held: boolean;
    sha256: string;
    format: string;
    citations: { number: string; document?: string | null; begin: number; end: number }[];
    outline: OutlineNode[];
}
export interface OutlineNode {
    node: number;
    kind: string;
    label: string;
    text: string;
    depth: number;
    begin: number;
    end: number;
    place: string;
}
export interface TextWindow {
    key: string;
    total_bytes: number;
    begin: number;
    end: number;
    text: string;
}
export interface ImportSummary {
    id: string;
    state: string;
    created_at: string;
    actor: string;
    documents: DocumentRef[];
    counts: Record<string, number>;
}
export interface ImportRow {
    id: string;
    state: string;
    change: string;
    confidence: number;
    subject: { kind: string; key: string; title: string };
    predicate: string;
    value: Cell;
    unit: string;
    stated: string;
    source: Source;
    previous: Assertion | null;
}
export interface Finding {
    id: string;
    rule: { id: string; version: number; title: LocalText; explains: LocalText };
    severity: string;
    state: string;
    summary: LocalText;
    computation: string;
    quotes: {
        document: DocumentRef;
        begin: number;
        end: number;
        text: string;
        place: string;
        role: string;
    }[];
    assertions?: string[];
    history: { at: string; actor: string; action: string; reason: string }[];
    first_seen: string;
    last_seen: string;
}
export interface Province {
    code: string;
    name: string;
    row: number;
    column: number;
    value?: Cell;
    figure?: string;
    archipelago_of?: string;
}
export interface MapData {
    provinces: Province[];
    formers: { name: string; into: string }[];
    unplaced?: unknown;
}
export interface SearchHit {
    kind: string;
    id: string;
    title: string;
    snippet: string;
    link: string;
}
export interface Release {
    id: string;
    note?: string;
    created_at?: string;
    actor?: string;
    hash: string;
    previous: string;
    signature?: string;
    public_key?: string;
    counts?: Record<string, number>;
}
