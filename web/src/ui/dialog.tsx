// Dialog, drawer and menu on radix primitives. Radix' scroll lock and Select inject <style>
// elements, which the Content-Security-Policy forbids: the overlay here is our own element and
// menus are not modal. Focus returns to the element that had it when the dialog opened.
import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { useI18n } from '../i18n';
import { Icon } from './icons';

interface PanelProps {
    open: boolean;
    onClose: () => void;
    title: string;
    children: ReactNode;
    className?: string;
    hideTitle?: boolean;
    head?: ReactNode;
}

function useReturnFocus(open: boolean) {
    const opener = useRef<Element | null>(null);
    if (open && opener.current === null) opener.current = document.activeElement;
    useEffect(() => {
        if (!open) opener.current = null;
    }, [open]);
    return (event: Event) => {
        event.preventDefault();
        const element = opener.current;
        if (element instanceof HTMLElement && element.isConnected && element !== document.body) {
            element.focus({ preventScroll: true });
        } else {
            document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
        }
    };
}

function usePageScrollLock(open: boolean) {
    useEffect(() => {
        if (!open) return undefined;
        const { style } = document.documentElement;
        const before = style.overflow;
        style.overflow = 'hidden';
        return () => {
            style.overflow = before;
        };
    }, [open]);
}

export function Dialog({ open, onClose, title, children, className = '', hideTitle }: PanelProps) {
    const returnFocus = useReturnFocus(open);
    usePageScrollLock(open);
    return (
        <Primitive.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
            <Primitive.Portal>
                <div className="overlay fade" aria-hidden="true" onClick={onClose} />
                <Primitive.Content
                    className={`dialog fade ${className}`}
                    aria-describedby={undefined}
                    onCloseAutoFocus={returnFocus}
                >
                    <Primitive.Title className={hideTitle ? 'sr' : undefined}>
                        {title}
                    </Primitive.Title>
                    {children}
                </Primitive.Content>
            </Primitive.Portal>
        </Primitive.Root>
    );
}

export function Drawer({ open, onClose, title, children, className = '', head }: PanelProps) {
    const { t } = useI18n();
    const returnFocus = useReturnFocus(open);
    usePageScrollLock(open);
    return (
        <Primitive.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
            <Primitive.Portal>
                <div className="overlay fade" aria-hidden="true" onClick={onClose} />
                <Primitive.Content
                    className={`drawer slide ${className}`}
                    aria-describedby={undefined}
                    onCloseAutoFocus={returnFocus}
                >
                    <div className="drawer-head">
                        {head}
                        <Primitive.Title className="grow">{title}</Primitive.Title>
                        <Primitive.Close
                            className="button quiet icon tiny"
                            aria-label={t('action.close')}
                        >
                            <Icon name="close" />
                        </Primitive.Close>
                    </div>
                    <div className="drawer-body">{children}</div>
                </Primitive.Content>
            </Primitive.Portal>
        </Primitive.Root>
    );
}
