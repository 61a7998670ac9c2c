// Every page, in both languages and both themes: axe, heading, width at 320 px, fonts, print.
import AxeBuilder from '@axe-core/playwright';
import { detailPaths, expect, open, pagePaths, prefer, state, test } from './fixtures';

for (const lang of ['vi', 'en'] as const) {
    test(`no serious accessibility violation on any page, ${lang}, light and dark`, async ({
        page,
        context,
        request,
    }) => {
        test.setTimeout(420_000); // 40 analyses; a busy machine takes minutes
        await prefer(context, lang, 'light');
        const found: string[] = [];
        for (const path of [...pagePaths, ...(await detailPaths(request))]) {
            await open(page, path);
            await expect(page.locator('html')).toHaveAttribute('lang', lang);
            for (const theme of ['light', 'dark']) {
                await page.evaluate((name) => {
                    document.documentElement.dataset.theme = name;
                }, theme);
                // The theme changes colours only: in the dark one contrast is what can break.
                const axe = new AxeBuilder({ page });
                if (theme === 'light')
                    axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
                else axe.withRules(['color-contrast']);
                const result = await axe.analyze();
                for (const v of result.violations.filter(
                    (x) => x.impact === 'serious' || x.impact === 'critical',
                )) {
                    found.push(
                        `${path} ${theme} ${v.id}: ${v.nodes
                            .map((n) => n.target.join(' '))
                            .slice(0, 3)
                            .join(' | ')}`,
                    );
                }
            }
        }
        expect(found).toEqual([]);
    });
}

test('nothing is lost at 320 px, and the menu works on a phone', async ({ page, request }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width: 320, height: 640 });
    const wide: string[] = [];
    for (const path of [...pagePaths, ...(await detailPaths(request))]) {
        await open(page, path);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > 320) wide.push(`${path}: ${width}`);
    }
    expect(wide).toEqual([]);
    await open(page, '/');
    await page.getByRole('button', { name: 'Danh mục trang' }).click();
    const menu = page.getByRole('dialog');
    await menu.getByRole('link', { name: 'Nhiệm vụ đặt hàng' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Nhiệm vụ đặt hàng' })).toBeVisible();
    await expect(menu).toHaveCount(0);
    const card = page.locator('tbody tr[data-row]').first();
    await expect(card).toContainText(/Bộ|Tỉnh|Đại|Ủy|\p{L}/u);
});

test('the language can be switched and is remembered', async ({ page }) => {
    await open(page, '/programme/orders');
    await page.getByRole('button', { name: 'English', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Proposed tasks' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.locator('.totals')).toContainText('1,416.13 – 1,436.13 billion VND');
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Proposed tasks' })).toBeVisible();
    await page.getByRole('button', { name: 'Tiếng Việt', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Nhiệm vụ đặt hàng' })).toBeVisible();
});

// The 67 accented letters of Vietnamese, small and capital.
function accented(): string[] {
    const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
    const letters: string[] = [];
    for (const base of 'aăâeêioôơuưy') {
        for (const tone of tones) {
            const letter = (base + tone).normalize('NFC');
            if (!/^[a-z]$/.test(letter)) letters.push(letter);
        }
    }
    letters.push('đ');
    return [...letters, ...letters.map((l) => l.toUpperCase())];
}

test('all 134 accented letters come from the bundled font, in both weights', async ({ page }) => {
    const letters = accented();
    expect(new Set(letters).size).toBe(134);
    await open(page, '/');
    const client = await page.context().newCDPSession(page);
    await client.send('DOM.enable');
    await client.send('CSS.enable');
    for (const weight of ['400', '600']) {
        await page.evaluate(
            async ([text, w]) => {
                document.querySelector('#glyphs')?.remove();
                const p = document.createElement('p');
                p.id = 'glyphs';
                p.textContent = `${text} 0123456789`;
                p.style.fontWeight = w ?? '400';
                document.querySelector('main')?.append(p);
                await document.fonts.load(`${w} 14px "Be Vietnam Pro"`, text);
                await document.fonts.ready;
            },
            [letters.join(' '), weight],
        );
        const { root } = await client.send('DOM.getDocument', { depth: -1 });
        const { nodeId } = await client.send('DOM.querySelector', {
            nodeId: root.nodeId,
            selector: '#glyphs',
        });
        const { fonts } = await client.send('CSS.getPlatformFontsForNode', { nodeId });
        expect(
            fonts.map((f) => [f.familyName.startsWith('Be Vietnam Pro'), f.isCustomFont]),
        ).toEqual(fonts.map(() => [true, true]));
        expect(fonts.reduce((n, f) => n + f.glyphCount, 0)).toBeGreaterThanOrEqual(134);
    }
});

test('digits have one width, so that columns line up', async ({ page }) => {
    await open(page, '/programme/orders');
    const widths = await page.evaluate(() => {
        const span = document.createElement('span');
        document.querySelector('main')?.append(span);
        return [...'0123456789'].map((d) => {
            span.textContent = d.repeat(40);
            return Math.round(span.getBoundingClientRect().width);
        });
    });
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
});

test('orders print as an A4 report: no navigation, every row', async ({ page }) => {
    await open(page, '/programme/orders');
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.side').first()).toBeHidden();
    await expect(page.locator('.toolbar').first()).toBeHidden();
    await expect(page.locator('tbody tr[data-row]').last()).toBeVisible();
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const text = pdf.toString('latin1');
    expect(text).toMatch(/\/MediaBox\s*\[\s*0 0 59[45][\d.]* 84[12][\d.]*\s*\]/);
    expect(pdf.length).toBeGreaterThan(20_000);
});

test('the map draws 34 tiles and both archipelagos, and agrees with the API', async ({
    page,
    request,
}) => {
    const answer = await request.get('/api/programme/map?indicator=orders');
    const map = (await answer.json()) as {
        provinces: {
            code: string;
            name: string;
            archipelago_of?: string;
            value?: { v?: number; unknown?: boolean };
        }[];
    };
    const own = map.provinces.filter((p) => !p.archipelago_of);
    expect(own).toHaveLength(34);
    await open(page, '/programme/organisations');
    await expect(page.locator('.tile:not(.sea)')).toHaveCount(34);
    const codes = await page
        .locator('.tile:not(.sea)')
        .evaluateAll((all) => all.map((e) => e.getAttribute('data-code')));
    expect([...codes].sort()).toEqual(own.map((p) => p.code).sort());
    for (const name of ['Hoàng Sa', 'Trường Sa']) {
        const group = page.locator(`[data-archipelago="${name}"]`);
        await expect(group).toBeVisible();
        const box = await group.boundingBox();
        const svg = await page.locator('.tilemap').boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(
            (svg?.x ?? 0) + (svg?.width ?? 0) + 1,
        );
    }
    for (const p of own.filter((x) => Number(x.value?.v ?? 0) > 0)) {
        await expect(page.locator(`.tile[data-code="${p.code}"]:not(.sea)`)).toHaveAttribute(
            'aria-label',
            new RegExp(`: ${p.value?.v}$`),
        );
    }
    await page.locator('[data-archipelago="Trường Sa"]').click();
    await expect(page).toHaveURL(/province=/);
    await expect(page.getByRole('heading', { name: 'Khánh Hòa' })).toBeVisible();
    await expect(page.getByText(/Gồm địa giới trước đây của: .*Ninh Thuận/)).toBeVisible();
});

test('pages come with a strict policy, hashed files are immutable and compressed', async ({
    request,
}) => {
    const page = await request.get('/', { headers: { accept: 'text/html' } });
    expect(page.headers()['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers()['content-security-policy']).toContain("script-src 'self'");
    const asset = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
    const file = await request.get(asset, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers()['cache-control']).toContain('immutable');
    expect(file.headers()['content-encoding']).toBe('br');
});

test('screenshots for the front page', async ({ page, context }) => {
    test.skip(!process.env.SAOLA_SCREENSHOTS, 'made only when SAOLA_SCREENSHOTS names a folder');
    const folder = process.env.SAOLA_SCREENSHOTS ?? '';
    await page.setViewportSize({ width: 1280, height: 820 });
    const shots: [string, string, 'vi' | 'en', 'light' | 'dark'][] = [
        ['overview-vi', '/', 'vi', 'light'],
        ['orders-vi', '/programme/orders', 'vi', 'light'],
        ['quality-en-dark', '/programme/findings', 'en', 'dark'],
        ['map-vi', '/programme/organisations', 'vi', 'light'],
    ];
    for (const [name, path, lang, theme] of shots) {
        await prefer(context, lang, theme);
        await open(page, path);
        await page.screenshot({ path: `${folder}/${name}.png` });
    }
    expect(state().url).toBeTruthy();
});
