// Pages that are one list: targets, products, code lists, documents.
import { Link } from '@tanstack/react-router';
import { useI18n } from '../../i18n';
import { PageHead } from '../../ui/basic';
import { ReportTable } from '../../ui/report_table';

export function TargetsPage() {
    const { t } = useI18n();
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
                long={['indicator', 'title', 'subject']}
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
            <ReportTable name="codes" choices={['list', 'version']} long={['title', 'name']} />
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
                choices={['type', 'issuer', 'status', 'held']}
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
