// saola-pdf: reads a PDF from standard input and writes its words with their places to standard
// output, in the format of docs/formats/pdf-words.md. A program of its own because poppler is GPL
// and must not be part of the saola binary; run by the reader under limits on time, memory and
// files.
#include <poppler/cpp/poppler-document.h>
#include <poppler/cpp/poppler-page.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kMaxInput = 512U << 20U;

bool read_all(std::vector<char>& out) {
    char block[1U << 16U];
    for (;;) {
        const std::size_t got = std::fread(block, 1, sizeof block, stdin);
        if (got == 0) return std::ferror(stdin) == 0;
        if (out.size() + got > kMaxInput) return false;
        out.insert(out.end(), block, block + got);
    }
}

int finish(const char* status) {
    std::printf("status %s\nend\n", status);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

void write_page(const poppler::page& page) {
    const poppler::rectf size = page.page_rect(poppler::crop_box);
    const std::vector<poppler::text_box> words = page.text_list();
    std::printf("page %.2f %.2f %zu\n", size.width(), size.height(), words.size());
    for (const poppler::text_box& word : words) {
        const poppler::rectf box = word.bbox();
        const poppler::byte_array utf8 = word.text().to_utf8();
        std::printf("w %.2f %.2f %.2f %.2f %zu ", box.left(), box.top(), box.right(), box.bottom(),
                    utf8.size());
        std::fwrite(utf8.data(), 1, utf8.size(), stdout);
        std::fputc('\n', stdout);
    }
}

}  // namespace

int main() {
    std::printf("SAOLA-PDF 1\n");
    std::vector<char> bytes;
    if (!read_all(bytes)) return finish("damaged");
    const std::unique_ptr<poppler::document> document(poppler::document::load_from_data(&bytes));
    if (!document) return finish("damaged");
    if (document->is_locked()) return finish("encrypted");
    const int pages = document->pages();
    std::printf("pages %d\n", pages);
    for (int i = 0; i < pages; ++i) {
        const std::unique_ptr<poppler::page> page(document->create_page(i));
        if (page) {
            write_page(*page);
        } else {
            std::printf("page 0 0 0\n");
        }
        if (std::ferror(stdout) != 0) return 1;
    }
    return finish("ok");
}
