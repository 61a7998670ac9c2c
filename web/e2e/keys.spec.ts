// By keyboard alone: skip link, palette, sorting, the source trail and back to where one was.
import { expect, open, test } from './fixtures';

test('skip link, palette without tone marks, and the heading takes the focus', async ({ page }) => {
    await open(page, '/');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Đến nội dung chính' })).toBeFocused();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Tìm kiếm' });
    await expect(field).toBeFocused();
    await page.keyboard.type('dat hang');
    await expect(page.getByRole('option').first()).toContainText('Nhiệm vụ đặt hàng');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Nhiệm vụ đặt hàng' })).toBeFocused();
});

test('a figure opens with Enter, Escape closes, the focus comes back', async ({ page }) => {
    await open(page, '/programme/orders');
    const figure = page.locator('.totals button.figure').last();
    await figure.focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await expect(drawer).toBeVisible();
    await expect(drawer.locator('.trail-row').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(drawer).toHaveCount(0);
    await expect(figure).toBeFocused();
    await expect(page).not.toHaveURL(/figure=/);
});

test('sorting and opening a row by keyboard', async ({ page }) => {
    await open(page, '/programme/orders');
    const sort = page.getByRole('button', { name: 'Dự kiến kinh phí' });
    await sort.focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/sort=budget/);
    await expect(page.getByRole('columnheader', { name: /Dự kiến kinh phí/ })).toHaveAttribute(
        'aria-sort',
        'ascending',
    );
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/sort=-budget/);
    const detail = page.getByRole('button', { name: 'Chi tiết' }).first();
    await detail.focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('.detail-row')).toBeVisible();
    await expect(page).toHaveURL(/row=/);
});

test('the as-of date is part of the address and survives moving on', async ({ page }) => {
    await open(page, '/programme/orders');
    await page.getByRole('button', { name: 'Ngày xem số liệu' }).click();
    await page.getByLabel('Xem số liệu tại ngày').fill('2020-01-01');
    await page.getByRole('button', { name: 'Áp dụng' }).click();
    await expect(page.getByText('Đang xem số liệu tại ngày 01/01/2020')).toBeVisible();
    await expect(page.locator('tbody tr[data-row]')).toHaveCount(0);
    await page.getByRole('navigation').first().getByRole('link', { name: 'Chỉ tiêu' }).click();
    await expect(page).toHaveURL(/as_of=2020-01-01/);
});

test('a broken live connection is said, not hidden', async ({ page, context, watch }) => {
    watch.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
    await open(page, '/');
    await expect(page.locator('.live')).toHaveAttribute('data-state', 'live');
    await context.setOffline(true);
    await page.evaluate(() => fetch('/healthz').catch(() => null));
    await expect(page.locator('.live')).toHaveAttribute('data-state', 'stale', { timeout: 45_000 });
    await expect(page.getByText('Mất kết nối trực tiếp')).toBeVisible();
    await context.setOffline(false);
    await expect(page.locator('.live')).toHaveAttribute('data-state', 'live', { timeout: 45_000 });
});
