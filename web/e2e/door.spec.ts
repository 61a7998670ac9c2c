// First set-up through the one-time link, signing out and in again; keeps the session for the rest.
import { admin, expect, sessionFile, state, test } from './fixtures';

test.use({ signedIn: false });

test('the one-time link makes the first administrator, once', async ({ page, watch }) => {
    watch.allow(/401/);
    await page.goto(state().setupUrl);
    await expect(page.getByRole('heading', { name: 'Thiết lập lần đầu' })).toBeVisible();
    await page.getByLabel('Tên đăng nhập').fill(admin.name);
    await page.getByLabel('Họ và tên').fill(admin.display);
    await page.getByLabel('Mật khẩu', { exact: true }).fill('ngắn');
    await page.getByLabel('Nhập lại mật khẩu').fill('ngắn');
    await page.getByRole('button', { name: 'Tạo tài khoản và vào' }).click();
    await expect(page.getByRole('alert')).toContainText('ít nhất 12 ký tự');
    await page.getByLabel('Mật khẩu', { exact: true }).fill(admin.password);
    await page.getByLabel('Nhập lại mật khẩu').fill(admin.password);
    await page.getByRole('button', { name: 'Tạo tài khoản và vào' }).click();
    await expect(
        page.getByRole('heading', { level: 1, name: 'Tổng quan chương trình' }),
    ).toBeVisible();

    await page.getByRole('button', { name: `Tài khoản ${admin.display}` }).click();
    await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
    await expect(page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible();

    await page.goto(state().setupUrl);
    await expect(page.getByText('không còn hiệu lực')).toBeVisible();
});

test('a page behind the door comes back after signing in; a wrong password is refused', async ({
    page,
    watch,
}) => {
    watch.allow(/401/);
    await page.goto('/programme/orders?sort=-budget');
    await page.getByLabel('Tên đăng nhập').fill(admin.name);
    await page.getByLabel('Mật khẩu').fill('sai mật khẩu rồi');
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await expect(page.getByRole('alert')).toContainText('Sai tên đăng nhập hoặc mật khẩu');
    await page.getByLabel('Mật khẩu').fill(admin.password);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Nhiệm vụ đặt hàng' })).toBeVisible();
    await expect(page).toHaveURL(/\/programme\/orders\?sort=-budget$/);
    await page.context().storageState({ path: sessionFile });
});
