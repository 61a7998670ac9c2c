// Named to run late: it adds orders that the other files do not expect.
// A faulty document of our own is imported in the browser and reviewed; what does not add up in it is
// looked at and decided: dismissed with a reason, accepted, corrected in Vietnamese notation.
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { Assertion, Finding, ImportRow, ImportSummary, Table } from '../src/api/types';
import { admin, api, expect, open, test } from './fixtures';
import { faultyDocument, faultyNumber, faultyTotal } from './faulty';

test.describe.configure({ mode: 'serial' });

const findings = '/api/programme/findings';
const ofDocument = `${findings}?document=${encodeURIComponent(faultyNumber)}`;

async function openFinding(page: Page, rule: string): Promise<void> {
    await open(page, `/programme/findings?document=${encodeURIComponent(faultyNumber)}`);
    await page.getByLabel('Mã quy tắc').selectOption({ value: rule });
    const rows = page.locator('tbody tr[data-row]');
    await expect(rows).toHaveCount(1);
    await rows.getByRole('link').click();
    await expect(page.locator('.quotes mark').first()).toBeVisible();
}

test('a document is imported for everyone, its rows accepted after the counts are shown', async ({
    page,
    request,
}) => {
    await open(page, '/programme/imports');
    const large = path.join(test.info().outputDir, 'qua-lon.txt');
    fs.mkdirSync(path.dirname(large), { recursive: true });
    fs.writeFileSync(large, '');
    fs.truncateSync(large, (64 << 20) + 1);
    await page.locator('#import-files').setInputFiles(large);
    await expect(page.getByText('Có tệp quá lớn')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Đọc 1 tệp' })).toBeDisabled();
    await page.locator('#import-files').setInputFiles([
        { name: 'bao-cao.txt', mimeType: 'text/plain', buffer: Buffer.from(faultyDocument()) },
    ]);
    await page.getByLabel('Mức phổ biến').selectOption('Hạn chế');
    await expect(page.getByRole('alert')).toContainText('cần một tổ chức sở hữu');
    await expect(page.getByRole('button', { name: 'Đọc 1 tệp' })).toBeDisabled();
    await page.getByLabel('Mức phổ biến').selectOption('Công khai');
    await page.getByRole('button', { name: 'Đọc 1 tệp' }).click();
    await expect(page).toHaveURL(/\/programme\/imports\/[0-9A-Z]{20,}/, { timeout: 30_000 });
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await expect(page.locator('.totals')).toContainText(admin.display);
    const waiting = () =>
        api<{ row_count: number; rows: ImportRow[] }>(
            request,
            `/api/programme/imports/${id}/rows?status=proposed&limit=1000`,
        );
    const proposed = await waiting();
    expect(proposed.row_count).toBeGreaterThan(10);

    await page.getByRole('button', { name: 'Chấp nhận tất cả' }).click();
    const dialog = page.getByRole('dialog');
    const sure = proposed.rows.filter((r) => r.confidence >= 0.8 && r.change !== 'conflict');
    await expect(dialog).toContainText(`Sẽ chấp nhận ${sure.length} dòng`);
    expect((await waiting()).row_count).toBe(proposed.row_count);
    await dialog.getByRole('button', { name: `Chấp nhận ${sure.length} dòng` }).click();
    await expect
        .poll(async () => (await waiting()).row_count, { timeout: 30_000 })
        .toBe(proposed.row_count - sure.length);
    const summary = await api<ImportSummary>(request, `/api/programme/imports/${id}`);
    expect(summary.actor_name).toBe(admin.display);
});

test('a finding is dismissed with a reason, and opened again', async ({ page, request }) => {
    await expect
        .poll(async () => (await api<Table>(request, ofDocument)).row_count, { timeout: 30_000 })
        .toBe(3);
    await openFinding(page, 'numbering.gap');
    await page.getByRole('button', { name: 'Bác bỏ' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Bác bỏ' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Cần ghi lý do');
    await dialog.getByLabel('Lý do').fill('Dòng 3 đã được rút lại');
    await dialog.getByRole('button', { name: 'Bác bỏ' }).click();
    const history = page.locator('.card', { hasText: 'Lịch sử' });
    await expect(history).toContainText('Dòng 3 đã được rút lại');
    await expect(history).toContainText(admin.display);
    await expect(page.locator('.status', { hasText: 'đã bác bỏ' })).toBeVisible();
    expect((await api<Table>(request, `${ofDocument}&state=open`)).row_count).toBe(2);
    await page.getByRole('button', { name: 'Mở lại' }).click();
    await dialog.getByLabel('Lý do').fill('Cần hỏi lại đơn vị');
    await dialog.getByRole('button', { name: 'Mở lại' }).click();
    await expect(page.getByRole('button', { name: 'Bác bỏ' })).toBeVisible();
    await expect(history).toContainText('Dòng 3 đã được rút lại');
    expect((await api<Table>(request, `${ofDocument}&state=open`)).row_count).toBe(3);
});

test('a finding is accepted; the list and the places it quotes are in both languages', async ({
    page,
    request,
}) => {
    await openFinding(page, 'change.difference');
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    const finding = await api<Finding>(request, `${findings}/${id}`);
    await expect(page.locator('main')).toContainText(finding.summary.vi);
    await expect(page.locator('.computation')).toContainText(finding.computation);
    const marked = await page.locator('.quotes mark').allInnerTexts();
    expect(marked).toEqual(finding.quotes.map((quote) => quote.text));
    await page.getByRole('button', { name: 'Chấp nhận' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Chấp nhận' }).click();
    await expect(page.locator('.status', { hasText: 'đã chấp nhận' })).toBeVisible();
    await open(page, '/programme/findings?state=accepted');
    await expect(page.getByRole('link', { name: finding.summary.vi })).toBeVisible();
    await page.getByRole('button', { name: 'English', exact: true }).click();
    await expect(page.getByRole('link', { name: finding.summary.en })).toBeVisible();
    await expect(page.getByText(finding.summary.vi)).toHaveCount(0);
});

test('a number is corrected as it is written in Vietnamese, never guessed', async ({
    page,
    request,
}) => {
    await openFinding(page, 'range.collapsed');
    await page.getByRole('button', { name: 'Đính chính số liệu' }).click();
    const dialog = page.getByRole('dialog');
    const which = dialog.getByLabel('Số liệu cần đính chính');
    const option = which.locator('option', { hasText: faultyTotal });
    await expect(option).toHaveCount(1);
    const assertion = (await option.getAttribute('value')) ?? '';
    await which.selectOption(assertion);
    const value = dialog.getByLabel('Giá trị đúng');
    await expect(value).toHaveValue(faultyTotal);
    const save = dialog.getByRole('button', { name: 'Đính chính số liệu' });
    for (const unclear of ['175.00', '175,000.5', '1.75.000', '176.000 .. 174.000']) {
        await value.fill(unclear);
        await expect(dialog.getByRole('alert')).toBeVisible();
        await expect(save).toBeDisabled();
    }
    await value.fill('174.000 .. 176.000');
    await expect(dialog).toContainText('174.000 – 176.000 triệu đồng');
    await dialog.getByLabel('Lý do').fill('Cộng lại hai cận của các dòng');
    await save.click();
    await expect(page.locator('.status', { hasText: 'đã đính chính' })).toBeVisible();
    const before = await api<Assertion>(request, `/api/programme/assertions/${assertion}`);
    expect(before.value).toEqual({ v: 175_000 });
    const after = await api<Assertion>(
        request,
        `/api/programme/assertions/${before.superseded_by}`,
    );
    expect(after.value).toEqual({ lo: 174_000, hi: 176_000 });
    expect(after.unit).toBe('million_vnd');
    expect(after.actor_name).toBe(admin.display);
});
