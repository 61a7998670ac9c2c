// From the total of the orders to the clause in three clicks, with the same numbers on screen, in
// the API and on the command line.
import type { Assertion, Table, Total } from '../src/api/types';
import { formatCell, formatNumber, shownUnit } from '../src/lib/format';
import { api, expect, open, state, test } from './fixtures';

const shown = (total: Total) => {
    const unit = shownUnit(total.unit, total.cell, true);
    return formatCell(total.cell, 'vi', { places: unit.places, unknown: 'chưa rõ' });
};
const totalOf = (table: Table, key: string) => {
    const total = table.totals.find((t) => t.key === key);
    if (!total) throw new Error(`no total ${key}`);
    return total;
};

test('totals on screen are those of the API, the command line and the rows', async ({
    page,
    request,
}) => {
    const table = await api<Table>(request, '/api/programme/reports/orders?limit=500');
    const cli = state().orders as unknown as Table;
    expect(table.row_count).toBe(37);
    expect(cli.row_count).toBe(37);
    for (const key of ['count', 'priced', 'unpriced', 'budget']) {
        const { figure: _a, ...left } = totalOf(table, key).cell;
        const { figure: _b, ...right } = totalOf(cli, key).cell;
        expect([key, left]).toEqual([key, right]);
    }
    const priced = table.rows.filter((r) => !r.cells.budget?.unknown).map((r) => r.cells.budget);
    expect(priced).toHaveLength(35);
    const sum = (pick: 'lo' | 'hi') => priced.reduce((n, c) => n + Number(c?.[pick] ?? c?.v), 0);
    const budget = totalOf(table, 'budget').cell;
    expect([sum('lo'), sum('hi')]).toEqual([Number(budget.lo), Number(budget.hi)]);
    expect([Number(budget.lo), Number(budget.hi)]).toEqual([1_416_130, 1_436_130]);

    await open(page, '/');
    await expect(page.locator('.kpis')).toContainText('1.416,13 – 1.436,13 tỷ đồng');
    await expect(page.locator('.kpis')).toContainText('35 có dự toán, 2 chưa rõ');
    await open(page, '/programme/orders');
    await expect(page.locator('tbody tr[data-row]')).toHaveCount(37);
    const totals = page.locator('.totals');
    await expect(totals).toContainText('1.416,13 – 1.436,13 tỷ đồng');
    await expect(totals).toContainText(shown(totalOf(table, 'budget')));
    await expect(totals).toContainText('(2 chưa rõ)');
    for (const row of table.rows) {
        const cell = row.cells.budget ?? {};
        const text = cell.unknown ? 'chưa rõ' : formatCell(cell, 'vi', { unknown: 'chưa rõ' });
        await expect(
            page.locator(`tr[data-row="${row.id}"] td[data-label^="Dự kiến kinh phí"]`),
        ).toContainText(text);
    }
});

test('three clicks lead from the total to the highlighted clause', async ({ page, request }) => {
    test.skip(!state().originals, 'the official documents are not on this machine');
    const table = await api<Table>(request, '/api/programme/reports/orders?limit=500');
    await open(page, '/programme/orders');
    await page.locator('.totals button.figure', { hasText: '1.416,13' }).click(); // 1
    const drawer = page.getByRole('dialog');
    await expect(drawer).toContainText('1.416,13 – 1.436,13 tỷ đồng');
    const figureId = new URL(page.url()).searchParams.get('figure');
    expect(figureId).toBe(totalOf(table, 'budget').cell.figure);
    const rows = drawer.locator('.trail-row');
    await expect(rows.first()).toBeVisible();
    await rows.first().click(); // 2
    await expect(drawer.locator('mark').first()).toBeVisible();
    const id = new URL(page.url()).searchParams.get('assertion') ?? '';
    const assertion = await api<Assertion>(request, `/api/programme/assertions/${id}`);
    const span = assertion.source?.span;
    expect(span).toBeTruthy();
    const highlighted = (await drawer.locator('mark').allInnerTexts()).join('');
    expect(highlighted.normalize('NFC')).toContain(assertion.stated.normalize('NFC').slice(0, 200));
    await drawer.getByRole('link', { name: 'Mở trong văn bản' }).click(); // 3
    await expect(page).toHaveURL(new RegExp(`begin=${span?.begin}&end=${span?.end}`));
    const mark = page.locator('.paper mark').first();
    await expect(mark).toBeInViewport();
    expect((await page.locator('.paper mark').allInnerTexts()).join('')).toContain(
        highlighted.slice(0, 200),
    );
});

test('patents: 561 and 304 make 865, on screen as in the command line', async ({
    page,
    request,
}) => {
    const table = await api<Table>(request, '/api/programme/reports/patents?limit=500');
    const cli = state().patents as unknown as Table;
    const value = (t: Table, key: string) => Number(totalOf(t, key).cell.v);
    for (const t of [table, cli]) {
        expect([value(t, 'total_sc'), value(t, 'total_gphi'), value(t, 'total')]).toEqual([
            561, 304, 865,
        ]);
    }
    await open(page, '/programme/patents');
    for (const n of ['561', '304', '865']) await expect(page.locator('.totals')).toContainText(n);
    await expect(page.locator('.chart svg path, .chart svg rect').first()).toBeVisible();
    await page.getByRole('button', { name: 'Xem bảng' }).click();
    const first = table.rows[0]?.cells.total_sc;
    await expect(page.locator('.chart-table tbody tr').first()).toContainText(
        formatNumber(first?.v ?? 0, 'vi'),
    );
});

test('a link reproduces the view in a fresh browser', async ({ page, browser, baseURL }) => {
    await open(page, '/programme/orders');
    await page.getByRole('button', { name: 'Dự kiến kinh phí' }).click();
    await page.getByRole('searchbox', { name: 'Tìm trong danh sách' }).fill('uav');
    await expect(page).toHaveURL(/q=uav/);
    await expect(page).toHaveURL(/sort=budget/);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    const rows = await page
        .locator('tbody tr[data-row]')
        .evaluateAll((all) => all.map((r) => r.getAttribute('data-row')));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(37);
    const other = await browser.newContext({
        baseURL,
        storageState: await page.context().storageState(),
    });
    const copy = await other.newPage();
    await open(copy, page.url());
    await expect(copy.locator('tbody tr[data-row]')).toHaveCount(rows.length);
    expect(
        await copy
            .locator('tbody tr[data-row]')
            .evaluateAll((all) => all.map((r) => r.getAttribute('data-row'))),
    ).toEqual(rows);
    await other.close();
});

test('search finds without tone marks and in decomposed form', async ({ page }) => {
    await open(page, '/programme/orders?q=bo%20quoc%20phong');
    const plain = await page.locator('tbody tr[data-row]').count();
    expect(plain).toBeGreaterThan(0);
    await open(page, `/programme/orders?q=${encodeURIComponent('Bộ Quốc phòng'.normalize('NFD'))}`);
    await expect(page.locator('tbody tr[data-row]')).toHaveCount(plain);
});
