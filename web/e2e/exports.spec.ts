// Downloads are read back by another reader and compared with the API, cell by cell.
import fs from 'node:fs';
import exceljs from 'exceljs';
import type { Page } from '@playwright/test';
import type { Table } from '../src/api/types';
import { api, expect, open, test } from './fixtures';

async function download(page: Page, item: string): Promise<string> {
    await page.getByRole('button', { name: 'Xuất danh sách với bộ lọc hiện tại' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: item }).click();
    return (await waiting).path();
}

function csvRows(text: string): string[][] {
    const rows: string[][] = [[]];
    let field = '';
    let quoted = false;
    for (let i = 0; i < text.length; i += 1) {
        const c = text[i];
        if (quoted) {
            if (c === '"' && text[i + 1] === '"') {
                field += '"';
                i += 1;
            } else if (c === '"') quoted = false;
            else field += c;
        } else if (c === '"') quoted = true;
        else if (c === ',') {
            rows.at(-1)?.push(field);
            field = '';
        } else if (c === '\n') {
            rows.at(-1)?.push(field.replace(/\r$/, ''));
            field = '';
            rows.push([]);
        } else field += c;
    }
    return rows.filter((r) => r.length > 1);
}

const numbers = (table: Table): number[] =>
    table.rows
        .flatMap((row) =>
            table.columns.flatMap((c) =>
                c.type === 'interval'
                    ? [
                          row.cells[c.key]?.lo ?? row.cells[c.key]?.v,
                          row.cells[c.key]?.hi ?? row.cells[c.key]?.v,
                      ]
                    : c.type === 'number'
                      ? [row.cells[c.key]?.v]
                      : [],
            ),
        )
        .filter((v) => v != null)
        .map(Number);

const total = (list: number[]) => list.reduce((a, b) => a + b, 0);

test('XLSX and CSV of the orders hold the same numbers as the API', async ({ page, request }) => {
    const table = await api<Table>(request, '/api/programme/reports/orders?limit=500');
    await open(page, '/programme/orders');
    const book = new exceljs.Workbook();
    await book.xlsx.readFile(await download(page, 'Bảng tính XLSX'));
    const cells: number[] = [];
    book.worksheets[0]?.eachRow((row, index) => {
        if (index > 1)
            row.eachCell((cell) =>
                typeof cell.value === 'number' ? cells.push(cell.value) : undefined,
            );
    });
    const wanted = numbers(table);
    expect(cells).toHaveLength(wanted.length);
    expect(total(cells)).toBe(total(wanted));
    expect([...cells].sort((a, b) => a - b)).toEqual([...wanted].sort((a, b) => a - b));
    expect(book.worksheets.length).toBeGreaterThanOrEqual(2);

    const csv = csvRows(
        fs.readFileSync(await download(page, 'Tệp CSV'), 'utf8').replace(/^\uFEFF/, ''),
    );
    expect(csv).toHaveLength(38);
    const fromCsv = csv
        .slice(1)
        .flat()
        .filter((f) => /^-?\d+(\.\d+)?$/.test(f))
        .map(Number);
    for (const n of [1_416_130, 1_436_130]) {
        const columns = (csv[0] ?? []).map((_, i) =>
            total(
                csv
                    .slice(1)
                    .map((r) => Number(r[i] || 0))
                    .filter((x) => !Number.isNaN(x)),
            ),
        );
        expect(columns).toContain(n);
    }
    expect(fromCsv.length).toBeGreaterThanOrEqual(wanted.length);
});

test('an export carries the filters in force', async ({ page, request }) => {
    const table = await api<Table>(request, '/api/programme/reports/orders?limit=500&q=uav');
    expect(table.row_count).toBeGreaterThan(0);
    expect(table.row_count).toBeLessThan(37);
    await open(page, '/programme/orders?q=uav');
    const csv = csvRows(
        fs.readFileSync(await download(page, 'Tệp CSV'), 'utf8').replace(/^\uFEFF/, ''),
    );
    expect(csv).toHaveLength(table.row_count + 1);
});
