// An installation in a folder of its own, with the real reader, for tests that import documents.
// Gone with the object. Used by one thread.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "lang/module.h"
#include "platform/host.h"
#include "programme/limits.h"
#include "programme/module.h"
#include "programme/service.h"

namespace saola::programme {

class Installation {
public:
    Installation() : reader_(lang::make_reader()) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "saola-seeds-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) return;
        dir_ = pattern;
        std::vector<std::unique_ptr<platform::Module>> modules;
        modules.push_back(make_module());
        auto host = platform::Host::open({dir_, "", "test", reader_.get()}, std::move(modules));
        if (!host) {
            ADD_FAILURE() << host.error().message;
            return;
        }
        host_ = std::move(*host);
        service_ = std::make_unique<Service>(host_->platform());
    }
    ~Installation() {
        service_.reset();
        host_.reset();
        std::error_code error;
        if (!dir_.empty()) std::filesystem::remove_all(dir_, error);
    }
    Installation(const Installation&) = delete;
    Installation& operator=(const Installation&) = delete;

    Service& service() { return *service_; }
    [[nodiscard]] bool ready() const { return service_ != nullptr; }
    // Reads and proposes the documents; takes the sure rows when asked.
    ImportInfo import(std::vector<ImportFile> files, bool accept) {
        const platform::Actor actor = platform::system_actor();
        auto id = service_->imports.propose(actor, std::move(files), {});
        EXPECT_TRUE(id) << (id ? "" : id.error().message);
        if (!id) return {};
        if (accept) {
            ImportDecision decision;
            decision.least_confidence = kAcceptConfidence;
            EXPECT_TRUE(service_->imports.decide(actor, *id, decision));
        }
        return service_->imports.find(actor, *id).value_or(ImportInfo{});
    }

private:
    std::unique_ptr<contracts::DocumentReader> reader_;
    std::string dir_;
    std::unique_ptr<platform::Host> host_;
    std::unique_ptr<Service> service_;
};

}  // namespace saola::programme
