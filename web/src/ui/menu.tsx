// A button with a list of actions. Our own: a disclosure with roving focus, small enough for the
// first load; closes on Escape, on choice and when focus leaves.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface MenuItem {
    key: string;
    label: ReactNode;
    onSelect?: () => void;
    href?: string;
    download?: boolean;
    checked?: boolean;
}

export function Menu({
    label,
    button,
    items,
    className = 'button',
}: {
    label: string;
    button: ReactNode;
    items: MenuItem[];
    className?: string;
}) {
    const [open, setOpen] = useState(false);
    const root = useRef<HTMLDivElement>(null);
    const trigger = useRef<HTMLButtonElement>(null);
    const id = useId();

    useEffect(() => {
        if (!open) return undefined;
        const first = root.current?.querySelector<HTMLElement>('[role^="menuitem"]');
        first?.focus();
        const away = (event: Event) => {
            if (!root.current?.contains(event.target as Node)) setOpen(false);
        };
        document.addEventListener('pointerdown', away);
        document.addEventListener('focusin', away);
        return () => {
            document.removeEventListener('pointerdown', away);
            document.removeEventListener('focusin', away);
        };
    }, [open]);

    const move = (step: number) => {
        const all = [...(root.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
        const at = all.indexOf(document.activeElement as HTMLElement);
        all[(at + step + all.length) % all.length]?.focus();
    };
    const close = () => {
        setOpen(false);
        trigger.current?.focus();
    };
    const onKey = (event: React.KeyboardEvent) => {
        if (!open) {
            if (event.key === 'ArrowDown') {
                event.preventDefault();
                setOpen(true);
            }
            return;
        }
        if (event.key === 'ArrowDown') move(1);
        else if (event.key === 'ArrowUp') move(-1);
        else if (event.key === 'Escape') close();
        else return;
        event.preventDefault();
        event.stopPropagation();
    };

    return (
        <div className="menu-root" ref={root} onKeyDown={onKey}>
            <button
                ref={trigger}
                type="button"
                className={className}
                aria-haspopup="menu"
                aria-expanded={open}
                aria-controls={open ? id : undefined}
                aria-label={label}
                title={label}
                onClick={() => setOpen(!open)}
            >
                {button}
            </button>
            {open ? (
                <div className="menu fade" role="menu" id={id} aria-label={label}>
                    {items.map((item) =>
                        item.href ? (
                            <a
                                key={item.key}
                                role="menuitem"
                                tabIndex={-1}
                                href={item.href}
                                download={item.download ? '' : undefined}
                                onClick={close}
                            >
                                {item.label}
                            </a>
                        ) : (
                            <button
                                key={item.key}
                                type="button"
                                role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                                aria-checked={item.checked}
                                tabIndex={-1}
                                onClick={() => {
                                    close();
                                    item.onSelect?.();
                                }}
                            >
                                {item.label}
                            </button>
                        ),
                    )}
                </div>
            ) : null}
        </div>
    );
}
