// Pages that are one list: targets, products, code lists, documents.
import { Link } from '@tanstack/react-router';
import { useI18n } from '../../i18n';
import { PageHead } from '../../ui/basic';
import { useUnit } from '../../ui/figure';
import { ReportTable } from '../../ui/report_table';

export function TargetsPage() {
    const { t } = useI18n();
    const unit = useUnit();
    return (
        <>
            <PageHead
                title={t('targets.title')}
                actions={
                    <>
                        <Link to="/programme/products" className="button">
                            {t('products.title')}
                        </Link>
                        <Link to="/programme/codes" className="button">
                            {t('codes.title')}
                        </Link>
                    </>
                }
            >
                {t('targets.lead')}
            </PageHead>
            <ReportTable
                name="targets"
                choices={['component', 'horizon']}
                long={['title']}
                cell={(_, column, cell) =>
                    column.key === 'unit' && cell.v ? unit(String(cell.v)) : undefined
                }
            />
        </>
    );
}

export function ProductsPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead title={t('products.title')}>{t('products.lead')}</PageHead>
            <ReportTable
                name="products"
                choices={['component', 'group']}
                long={['title', 'name']}
            />
        </>
    );
}

export function CodesPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead title={t('codes.title')}>{t('codes.lead')}</PageHead>
            <ReportTable name="codes" choices={['list', 'level', 'mapping']} long={['title']} />
        </>
    );
}

export function DocumentsPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead
                title={t('documents.title')}
                actions={
                    <Link to="/programme/imports" className="button">
                        {t('import.start')}
                    </Link>
                }
            >
                {t('documents.lead')}
            </PageHead>
            <ReportTable
                name="documents"
                choices={['type', 'status', 'held']}
                long={['title']}
                emptyNext={
                    <Link to="/programme/imports" className="button primary">
                        {t('import.start')}
                    </Link>
                }
            />
        </>
    );
}
