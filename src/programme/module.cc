#include "programme/module.h"

#include "programme/api.h"
#include "programme/cli.h"
#include "programme/examine.h"
#include "programme/schema.h"
#include "programme/service.h"

namespace saola::programme {
namespace {

class ProgrammeModule final : public platform::Module {
public:
    [[nodiscard]] std::string_view name() const override { return "programme"; }
    [[nodiscard]] std::string_view title_vi() const override { return "Giám sát Chương trình"; }
    [[nodiscard]] std::string_view title_en() const override { return "Programme monitor"; }
    [[nodiscard]] std::span<const store::Migration> migrations() const override { return schema(); }
    [[nodiscard]] Status configure(const platform::Platform& platform) override {
        service_ = std::make_unique<Service>(platform);
        return {};
    }
    void routes(platform::Router& router) override {
        if (service_ != nullptr) add_routes(router, *service_);
    }
    [[nodiscard]] platform::Health health() const override {
        const std::size_t damaged = service_ == nullptr ? 0 : service_->query.unreadable();
        const std::size_t unread = service_ == nullptr ? 0 : service_->findings.unread();
        if (unread > 0)
            return {false, std::to_string(unread) +
                               " originals are missing or damaged and are not checked; the log "
                               "names them. Restore documents/ from a backup."};
        if (damaged == 0) return {};
        return {false, std::to_string(damaged) +
                           " facts cannot be read and are left out of every list; the log names "
                           "them. Restore a backup."};
    }
    [[nodiscard]] std::vector<platform::CheckResult> examine(
        const platform::Examination& examination) const override {
        return programme::examine(examination);
    }
    [[nodiscard]] std::vector<platform::Command> commands() override {
        return programme::commands();
    }

private:
    std::unique_ptr<Service> service_;
};

}  // namespace

std::unique_ptr<platform::Module> make_module() { return std::make_unique<ProgrammeModule>(); }

}  // namespace saola::programme
