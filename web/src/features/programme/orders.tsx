// The tasks that ministries and provinces propose, with budgets as intervals.
import { useI18n } from '../../i18n';
import { PageHead } from '../../ui/basic';
import { ReportTable } from '../../ui/report_table';

export function OrdersPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead title={t('orders.title')}>{t('orders.lead')}</PageHead>
            <ReportTable
                name="orders"
                details={['objective', 'result', 'letter']}
                choices={['organisation']}
                bar="budget"
                long={['title']}
            />
        </>
    );
}
