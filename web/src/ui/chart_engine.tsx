// ECharts with only what is used. The tooltip is drawn inside the SVG: the HTML one carries style
// attributes, which the Content-Security-Policy forbids. Bars start at zero.
import { BarChart } from 'echarts/charts';
import {
    AriaComponent,
    GridComponent,
    LegendComponent,
    TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useI18n } from '../i18n';
import { formatCell, formatNumber } from '../lib/format';
import type { ChartSpec, SeriesValue } from './chart';

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const css = (name: string) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function bounds(value: SeriesValue | null | undefined): { lo: number; hi: number } | null {
    const lo = value?.v ?? value?.lo ?? value?.hi;
    const hi = value?.v ?? value?.hi ?? value?.lo;
    return lo == null || hi == null ? null : { lo, hi };
}

// An interval is two stacked bars of one colour: solid to the lower bound, faint to the upper.
function barSeries(spec: ChartSpec) {
    const colours = [1, 2, 3, 4, 5, 6].map((n) => css(`--series-${n}`));
    const common = { type: 'bar', barMaxWidth: spec.horizontal ? 14 : 34, animation: false };
    if (spec.kind !== 'interval') {
        return spec.series.map((s, i) => ({
            ...common,
            name: s.name,
            stack: spec.kind === 'stacked' ? 'all' : undefined,
            itemStyle: { color: colours[i % colours.length] },
            data: s.values.map((value) => bounds(value)?.hi ?? null),
        }));
    }
    return spec.series.flatMap((s, i) => {
        const color = colours[i % colours.length];
        const pairs = s.values.map(bounds);
        return [
            {
                ...common,
                name: s.name,
                stack: `s${i}`,
                itemStyle: { color },
                data: pairs.map((p) => p?.lo ?? null),
            },
            {
                ...common,
                name: s.name,
                stack: `s${i}`,
                itemStyle: { color, opacity: 0.4 },
                data: pairs.map((p) => (p ? p.hi - p.lo : null)),
            },
        ];
    });
}

function option(
    spec: ChartSpec,
    number: (n: number) => string,
    tip: (at: number) => string,
    narrow: boolean,
): EChartsCoreOption {
    const ink = css('--ink-2');
    const line = css('--line');
    const font = { fontFamily: 'Be Vietnam Pro', fontSize: 12, color: ink };
    const long = narrow ? 108 : 240;
    const category = {
        type: 'category',
        data: spec.categories,
        inverse: spec.horizontal,
        axisLine: { lineStyle: { color: css('--line-strong') } },
        axisTick: { show: false },
        axisLabel: {
            ...font,
            width: spec.horizontal ? long : undefined,
            overflow: 'truncate',
            interval: spec.horizontal ? 0 : 'auto',
        },
    };
    const value = {
        type: 'value',
        min: 0,
        splitNumber: narrow ? 3 : 5,
        axisLabel: { ...font, formatter: number, hideOverlap: true },
        splitLine: { lineStyle: { color: line } },
    };
    const several = spec.series.length > 1;
    return {
        animation: false,
        textStyle: font,
        grid: { left: 8, right: 20, top: several ? 40 : 12, bottom: 8, containLabel: true },
        legend: several
            ? {
                  top: 0,
                  left: 0,
                  type: 'plain',
                  itemWidth: 12,
                  itemHeight: 12,
                  textStyle: font,
                  data: spec.series.map((s) => s.name),
              }
            : undefined,
        tooltip: {
            renderMode: 'richText',
            trigger: 'axis',
            confine: true,
            axisPointer: { type: 'shadow' },
            backgroundColor: css('--surface'),
            borderColor: css('--line-strong'),
            textStyle: { ...font, color: css('--ink') },
            formatter: (params: unknown) => {
                const first = (Array.isArray(params) ? params[0] : params) as { dataIndex: number };
                return tip(first.dataIndex);
            },
        },
        xAxis: spec.horizontal ? value : category,
        yAxis: spec.horizontal ? category : value,
        series: barSeries(spec),
    };
}

export default function Engine({ spec, height }: { spec: ChartSpec; height: number }) {
    const { lang, t } = useI18n();
    const box = useRef<HTMLDivElement>(null);
    useEffect(() => {
        const element = box.current;
        if (!element) return undefined;
        let chart: EChartsType | null = init(element, null, { renderer: 'svg' });
        const number = (n: number) => formatNumber(n, lang);
        const tip = (at: number) =>
            [
                spec.categories[at],
                ...spec.series.map(
                    (s) =>
                        `${s.name}: ${formatCell(s.values[at] ?? { unknown: true }, lang, { unknown: t('unknown') })}`,
                ),
            ].join('\n');
        const draw = () =>
            chart?.setOption(option(spec, number, tip, element.clientWidth < 520), true);
        draw();
        const resize = new ResizeObserver(() => {
            chart?.resize();
            draw();
        });
        resize.observe(element);
        const theme = new MutationObserver(draw);
        theme.observe(document.documentElement, {
            attributes: true,
            attributeFilter: ['data-theme'],
        });
        const print = () => chart?.resize({ width: 640 });
        window.addEventListener('beforeprint', print);
        return () => {
            window.removeEventListener('beforeprint', print);
            resize.disconnect();
            theme.disconnect();
            chart?.dispose();
            chart = null;
        };
    }, [spec, lang, t]);
    return <div ref={box} className="chart-box" style={{ height }} />;
}
