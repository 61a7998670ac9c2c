// One stroke, one size: drawn here so that no icon font or package is loaded.
const paths = {
    overview: 'M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z',
    orders: 'M4 5h12M4 10h12M4 15h8',
    budget: 'M3 16V8M8 16V4M13 16v-6M18 16H2',
    target: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
    clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4l3 2',
    patent: 'M6 3h8v6a4 4 0 0 1-8 0zM10 13v4M7 17h6',
    map: 'M3 5l5-2 4 2 5-2v12l-5 2-4-2-5 2zM8 3v12M12 5v12',
    document: 'M5 2h7l4 4v12H5zM12 2v4h4M8 10h5M8 13h5',
    import: 'M10 3v9M6 9l4 4 4-4M3 16h14',
    quality: 'M10 3l7 13H3zM10 8v4M10 14v.5',
    audit: 'M4 3h12v14H4zM7 7h6M7 10h6M7 13h3',
    admin: 'M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 17c0-3 2.5-5 6-5s6 2 6 5',
    release: 'M10 2l6 3v5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8V5zM7.5 10l2 2 3-4',
    search: 'M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3zM13.5 13.5L17 17',
    close: 'M5 5l10 10M15 5L5 15',
    menu: 'M3 5h14M3 10h14M3 15h14',
    down: 'M5 8l5 5 5-5',
    up: 'M5 12l5-5 5 5',
    right: 'M8 5l5 5-5 5',
    left: 'M12 5l-5 5 5 5',
    check: 'M4 10.5l4 4 8-9',
    cross: 'M6 6l8 8M14 6l-8 8',
    info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9v5M10 6v.5',
    question: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM8 8c0-2.5 4-2.5 4 0 0 1.5-2 1.5-2 3M10 13.5v.5',
    download: 'M10 3v9M6 9l4 4 4-4M4 17h12',
    print: 'M6 7V3h8v4M6 14H3V7h14v7h-3M6 12h8v5H6z',
    sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4',
    moon: 'M16 12A7 7 0 0 1 8 4a6.5 6.5 0 1 0 8 8z',
    user: 'M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 17c0-3 2.5-5 6-5s6 2 6 5',
    language: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c4 4 4 10 0 14M10 3c-4 4-4 10 0 14',
    calendar: 'M3 5h14v12H3zM3 9h14M7 3v4M13 3v4',
    link: 'M8 12l4-4M7 9l-2 2a3 3 0 0 0 4 4l2-2M9 7l2-2a3 3 0 0 1 4 4l-2 2',
    edit: 'M4 16l1-4 8-8 3 3-8 8z',
    key: 'M7 10a3 3 0 1 0 0 .1zM10 10h7M14 10v3M17 10v2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
    return (
        <svg
            width={size}
            height={size}
            viewBox="0 0 20 20"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            strokeLinecap="round"
            strokeLinejoin="round"
            aria-hidden="true"
        >
            <path d={paths[name]} />
        </svg>
    );
}
