import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Province } from '../api/types';
import { I18nContext, type Lang, type Messages, translator } from '../i18n';
import en from '../i18n/en.json';
import vi from '../i18n/vi.json';
import layout from '../../../data/programme/provinces.json';
import { archipelagos, labelLines, TileMap, tileSize, tilesOf, viewHeight, viewWidth } from './tile_map';

function draw(lang: Lang, provinces: Province[]): string {
    const messages: Messages = lang === 'vi' ? vi : en;
    return renderToStaticMarkup(
        <I18nContext.Provider value={translator(lang, messages, () => undefined)}>
            <TileMap
                provinces={provinces}
                title="map"
                text={(tile) => tile.name}
                value={() => ''}
                onSelect={() => undefined}
            />
        </I18nContext.Provider>,
    );
}

describe('layout', () => {
    it('has 34 provinces with 34 codes on 34 places', () => {
        expect(layout.provinces).toHaveLength(34);
        expect(new Set(layout.provinces.map((p) => p.code)).size).toBe(34);
        expect(new Set(layout.provinces.map((p) => `${p.row}:${p.column}`)).size).toBe(34);
        expect(new Set(layout.provinces.map((p) => p.name)).size).toBe(34);
    });
    it('maps each of the 63 former provinces once, and every province has a former', () => {
        expect(layout.formers).toHaveLength(63);
        expect(new Set(layout.formers.map((f) => f.name)).size).toBe(63);
        const names = new Set(layout.provinces.map((p) => p.name));
        for (const former of layout.formers) expect(names.has(former.into)).toBe(true);
        expect(new Set(layout.formers.map((f) => f.into)).size).toBe(34);
        const sizes = layout.provinces.map(
            (p) => layout.formers.filter((f) => f.into === p.name).length,
        );
        expect(sizes.filter((n) => n === 1)).toHaveLength(11);
    });
    it('puts both archipelagos in the sea, with their provinces', () => {
        const named = Object.fromEntries(
            archipelagos.map((a) => [
                a.name,
                layout.provinces.find((p) => p.code === a.of)?.name,
            ]),
        );
        expect(named).toEqual({ 'Hoàng Sa': 'Đà Nẵng', 'Trường Sa': 'Khánh Hòa' });
        for (const a of layout.archipelagos) {
            expect(a.column).toBeGreaterThan(Math.max(...layout.provinces.map((p) => p.column)));
        }
    });
    it('keeps long names in two lines', () => {
        expect(labelLines('Thành phố Hồ Chí Minh')).toEqual(['TP. Hồ', 'Chí Minh']);
        for (const p of layout.provinces) {
            expect(labelLines(p.name).length).toBeLessThanOrEqual(2);
            for (const line of labelLines(p.name)) expect(line.length).toBeLessThanOrEqual(9);
        }
    });
    it('takes values by code and never loses a tile', () => {
        const tiles = tilesOf([
            { code: '48', name: 'Đà Nẵng', row: 9, column: 4, value: { v: 3 } },
        ]);
        expect(tiles).toHaveLength(34);
        expect(tiles.filter((t) => t.province)).toHaveLength(1);
    });
});

describe.each(['vi', 'en'] as const)('drawing in %s', (lang) => {
    it('always draws and labels Hoàng Sa and Trường Sa inside the view box, without any data', () => {
        const svg = draw(lang, []);
        expect(svg.match(/class="tile"/g)).toHaveLength(34);
        for (const a of layout.archipelagos) {
            expect(svg).toContain(`data-archipelago="${a.name}"`);
            expect(svg).toContain(`>${a.name}</text>`);
        }
        const frames = [
            ...svg.matchAll(
                /class="frame" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
            ),
        ];
        expect(frames).toHaveLength(2);
        for (const [, x, y, w, h] of frames) {
            expect(Number(x)).toBeGreaterThanOrEqual(0);
            expect(Number(y)).toBeGreaterThanOrEqual(0);
            expect(Number(x) + Number(w)).toBeLessThanOrEqual(viewWidth);
            expect(Number(y) + Number(h)).toBeLessThanOrEqual(viewHeight);
        }
        expect(tileSize * 17).toBeLessThanOrEqual(viewHeight);
    });
    it('colours an archipelago like its province', () => {
        const svg = draw(lang, [
            { code: '56', name: 'Khánh Hòa', row: 13, column: 4, value: { v: 2 } },
        ]);
        expect(svg).toMatch(/data-level="5" data-archipelago="Trường Sa"/);
        expect(svg).toMatch(/data-level="0" data-archipelago="Hoàng Sa"/);
    });
});
