// One value of a correction: typed in the notation of the language, shown again as it was understood
// before it is saved.
import { useState } from 'react';
import type { Cell } from '../api/types';
import { useI18n } from '../i18n';
import type { CellValue } from '../lib/format';
import { inputText, kindOf, parseValue } from '../lib/value';
import { Field } from './basic';
import { useCellText, useUnit } from './figure';

export function ValueInput({
    id,
    like,
    unit,
    onChange,
}: {
    id: string;
    like: Cell;
    unit: string;
    onChange: (value: CellValue | null) => void;
}) {
    const { t, lang } = useI18n();
    const cellText = useCellText();
    const unitName = useUnit()(unit);
    const kind = kindOf(like);
    const [text, setText] = useState(() => inputText(like, lang));
    const parsed = parseValue(text, kind, lang);
    return (
        <>
            <Field
                label={unitName ? t('value.label', { unit: unitName }) : t('value.label.plain')}
                id={id}
                hint={kind === 'text' ? undefined : t(`value.hint.${kind}`)}
                fault={'fault' in parsed ? t(`value.fault.${parsed.fault}`) : undefined}
            >
                <input
                    id={id}
                    className="input"
                    value={text}
                    autoComplete="off"
                    aria-invalid={'fault' in parsed}
                    aria-describedby={`${id}-hint ${id}-understood`}
                    onChange={(event) => {
                        setText(event.target.value);
                        const next = parseValue(event.target.value, kind, lang);
                        onChange('value' in next ? next.value : null);
                    }}
                />
            </Field>
            <p className="small" id={`${id}-understood`} aria-live="polite">
                {'value' in parsed ? (
                    <>
                        {t('value.understood')}{' '}
                        <strong lang={kind === 'text' ? 'vi' : undefined}>
                            {cellText(parsed.value as Cell, unit, false)}
                        </strong>
                    </>
                ) : null}
            </p>
        </>
    );
}
