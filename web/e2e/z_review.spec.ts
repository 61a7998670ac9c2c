// Named to run last: it adds rows that the other files do not expect.
// An import is watched, reviewed row by row and taken over; then administration, audit and releases.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { ImportRow, ImportSummary, Table } from '../src/api/types';
import { api, expect, open, state, test } from './fixtures';

const file = path.resolve(import.meta.dirname, 'fixtures/de-xuat-thu-nghiem.txt');

test('an import is proposed, reviewed by keyboard and accepted', async ({ page, request }) => {
    const before = await api<Table>(request, '/api/programme/reports/orders?limit=1');
    await open(page, '/programme/imports');
    await page.locator('#import-files').setInputFiles(file);
    await page
        .getByRole('button', { name: 'Đọc 1 tệp' })
        .or(page.getByRole('button', { name: /^Đọc/ }))
        .first()
        .click();
    await expect(page).toHaveURL(/\/programme\/imports\/[0-9A-Z]{20,}/, { timeout: 30_000 });
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const rows = (status: string) =>
        api<{ row_count: number; rows: ImportRow[] }>(
            request,
            `/api/programme/imports/${id}/rows?status=${status}&limit=500`,
        );
    const proposed = await rows('proposed');
    expect(proposed.row_count).toBeGreaterThan(3);

    // Each row stands beside its highlighted source text.
    await expect(page.locator('.review-row')).toHaveCount(Math.min(100, proposed.row_count));
    const first = proposed.rows[0];
    await expect(page.locator('.review-side mark').first()).toBeVisible();
    expect((await page.locator('.review-side mark').allInnerTexts()).join('')).toContain(
        (first?.stated ?? '').slice(0, 40),
    );

    // Letters act in the list only (WCAG 2.1.4): elsewhere they decide nothing.
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('a');
    await page.keyboard.press('r');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect((await rows('accepted')).row_count).toBe(0);
    await page.locator('.review-row').nth(0).focus();
    await page.keyboard.press('j');
    await expect(page.locator('.review-row').nth(1)).toHaveAttribute('aria-current', 'true');
    await page.keyboard.press('k');
    await expect(page.locator('.review-row').nth(0)).toHaveAttribute('aria-current', 'true');
    await page.keyboard.press('a');
    await expect.poll(async () => (await rows('accepted')).row_count).toBe(1);

    await expect(page.locator('.review-row')).toHaveCount(Math.min(100, proposed.row_count - 1));
    await expect(page.locator('.review-row[aria-current="true"]')).toBeFocused();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Từ chối' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Cần ghi lý do');
    await dialog.getByLabel('Lý do').fill('Thử từ chối một dòng');
    await dialog.getByRole('button', { name: 'Từ chối' }).click();
    await expect.poll(async () => (await rows('rejected')).row_count).toBe(1);

    await page.getByRole('button', { name: 'Chấp nhận tất cả' }).click();
    await dialog.getByLabel(/dòng cần xem kỹ/).check();
    await dialog.getByLabel(/dòng mâu thuẫn/).check();
    await dialog.getByRole('button', { name: /^Chấp nhận \d+ dòng/ }).click();
    await expect.poll(async () => (await rows('proposed')).row_count).toBe(0);
    const summary = await api<ImportSummary>(request, `/api/programme/imports/${id}`);
    expect(summary.state).not.toBe('proposed');
    const after = await api<Table>(request, '/api/programme/reports/orders?limit=1');
    expect(after.row_count).toBeGreaterThan(before.row_count);
});

test('an account is made, and disabling it asks for a reason', async ({ page }) => {
    await open(page, '/admin');
    await page.getByRole('button', { name: 'Thêm tài khoản' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tên đăng nhập').fill('chuyenvien');
    await dialog.getByLabel('Họ và tên').fill('Trần Đức Ánh');
    await dialog.getByLabel('Mật khẩu').fill('Chín con cò bay qua đồng');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    const row = page.getByRole('row', { name: /chuyenvien/ });
    await expect(row).toContainText('Trần Đức Ánh');
    await row.getByRole('button', { name: 'Khóa', exact: true }).click();
    await dialog.getByLabel('Lý do').fill('Thử khóa');
    await dialog.getByRole('button', { name: 'Khóa', exact: true }).click();
    await expect(row).toContainText('đã khóa');
});

test('a token is shown once', async ({ page }) => {
    await open(page, '/profile');
    await page.getByLabel('Tên khóa').fill('báo cáo quý');
    await page.getByRole('button', { name: 'Tạo khóa' }).click();
    const secret = page.locator('.secret');
    await expect(secret).toBeVisible();
    const token = ((await secret.textContent()) ?? '').trim();
    const answer = await fetch(`${state().url}/api/me`, {
        headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    await page.reload();
    await expect(page.getByText('báo cáo quý')).toBeVisible();
    await expect(page.locator('.secret')).toHaveCount(0);
});

test('the audit chain is whole', async ({ page }) => {
    await open(page, '/audit');
    await page.getByRole('button', { name: 'Kiểm tra chuỗi' }).click();
    await expect(page.getByText('Chuỗi nguyên vẹn')).toBeVisible();
});

test('a release is made, downloaded and verified offline', async ({ page }) => {
    await open(page, '/programme/releases');
    const create = page.getByRole('button', { name: 'Tạo bản phát hành' });
    await create.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Lý do').fill('Bản thử đầu tiên');
    await dialog.getByRole('button', { name: 'Tạo bản phát hành' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải về' }).first().click();
    const saved = await (await waiting).path();
    execFileSync(state().binary, ['programme', 'verify', saved], { encoding: 'utf8' });
});
