// A made-up report whose parts do not agree: the total of its table is one number over rows that hold
// a range, an increase is not the difference of its levels, and a row number is left out. Nothing in
// it is official.
const line = (...cells: string[]) => `${cells.map((cell) => `\t${cell}\n`).join('')}\n`;

export const faultyNumber = '78/BC-BTN';
export const faultyTotal = '175.000';

export function faultyDocument(): string {
    return `BỘ THỬ NGHIỆM

Số: ${faultyNumber}

Hà Nội, ngày 12 tháng 6 năm 2026

BÁO CÁO
Về đặt hàng nhiệm vụ mẫu đợt hai

I. KẾT QUẢ THỰC HIỆN
Các đơn vị đã đề xuất nhiệm vụ mới.
Số đơn vị tham gia tăng từ 120 lên 150 đơn vị, tăng 40 đơn vị.


Phụ lục I
DANH MỤC NHIỆM VỤ ĐỀ XUẤT

${line('STT', 'Đơn vị', 'Tên nhiệm vụ', 'Dự kiến kinh phí (triệu đồng)', 'Thời gian thực hiện (tháng)')}\
${line('1.', 'Viện Mẫu Một', 'Nghiên cứu đèn đo mực nước hồ', '169.000', '24')}\
${line('2.', 'Viện Mẫu Hai', 'Chế tạo phao quan trắc', '2.000 - 4.000', '12')}\
${line('4.', 'Trường Mẫu Ba', 'Thử nghiệm sơn chống hà', '3.000', '18')}\
${line('', '', 'Tổng cộng', faultyTotal, '')}`;
}
