#include <cstdio>

int main() {
    std::puts("saola " SAOLA_VERSION);
    return 0;
}
