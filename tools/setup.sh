# Sourced by ./run and ./test: progress lines, Debian packages, the web console and the C++ build.
# Every function does nothing when nothing is to be done, so a second call is quick and offline.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)
export LC_ALL=C.UTF-8

say() { printf '==> %s\n' "$*"; }
fail() { printf 'Stopped: %s\n' "$1" >&2; shift; for line in "$@"; do printf '  %s\n' "$line" >&2; done; exit 1; }

# logged NAME "what to do when it fails" COMMAND... : output goes to build/NAME.log; on failure its end is shown.
logged() {
    local log=$root/build/$1.log advice=$2 start=$SECONDS
    shift 2
    mkdir -p "$root/build"
    if ! "$@" >"$log" 2>&1; then
        grep -iE 'error|fatal|unable|failed|not found' "$log" | tail -n 5 >&2 || true
        printf -- '--- the last lines of %s\n' "build/${log##*/}" >&2
        tail -n 15 "$log" >&2
        fail "a step failed; everything it printed is in build/${log##*/}" "$advice"
    fi
    printf '    done in %d s\n' $((SECONDS - start))
}

# The packages of tools/packages.txt with the given labels that are not installed. Node and npm also
# count when they come from elsewhere (version 18 or newer).
missing_packages() {
    local wanted
    wanted=$(for label in "$@"; do sed -n "s/^$label: //p" "$root/tools/packages.txt"; done | tr ' ' '\n' | sort -u)
    if command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]; then
        wanted=$(grep -vxE 'nodejs|npm' <<<"$wanted")
    fi
    comm -23 <(sort -u <<<"$wanted") \
        <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p' | sort -u)
}

# Services that come with a package (PostgreSQL, nginx) are not started: tests start private ones.
apt_install() {
    local guard=/usr/sbin/policy-rc.d made='' status=0
    if [ ! -e $guard ]; then printf '#!/bin/sh\nexit 101\n' | $sudo tee $guard >/dev/null && $sudo chmod 755 $guard && made=1; fi
    { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } || status=$?
    [ -z "$made" ] || $sudo rm -f $guard
    return $status
}

install_packages() { # LABEL...
    command -v dpkg-query >/dev/null || fail "this is not a Debian system" "Saola is built on Debian 12 (bookworm). A container does: docker run -it debian:12"
    local missing
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "${missing// /}" ] || return 0
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "packages are missing and neither root nor sudo is at hand" "As root: apt-get install --no-install-recommends $missing"
        sudo=sudo
    fi
    say "Installing $(wc -w <<<"$missing") Debian packages (only this once): $missing"
    # shellcheck disable=SC2086  # one word for each package
    logged packages "Check the network and /etc/apt/sources.list*; by hand: apt-get install --no-install-recommends $missing" apt_install $missing
}

tree_hash() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }
changed() { [ "$(cat "$1" 2>/dev/null)" != "$2" ]; }

# Debian's npm 9 on Node 18 leaves out compiled packages that ask for a newer Node, without a word: the console's
# packages are then installed by the Node that web/package.json names, put into build/node first.
install_web_packages() {
    export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
    if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
        npm --prefix "$root/web" ci --no-audit --no-fund
        return
    fi
    local wanted
    wanted=$(node -p "require('$root/web/package.json').devDependencies.node")
    npm install --prefix "$root/build/node" --no-save --no-audit --no-fund "node@$wanted" npm@10.9.9 &&
        PATH=$root/build/node/node_modules/.bin:$PATH npm --prefix "$root/web" ci --no-audit --no-fund
}

# npm ci when the lock file changed, then the production build when a source changed.
build_web() {
    local lock sources modules=$root/web/node_modules
    lock=$(sha256sum <"$root/web/package-lock.json")
    if changed "$modules/.saola-lock" "$lock"; then
        say "Installing the console's build tools from npm"
        logged npm "Check the network and 'npm config get registry'; then call this command again." \
            install_web_packages
        printf '%s\n' "$lock" >"$modules/.saola-lock"
    fi
    sources=$(cd "$root/web" && find . -mindepth 1 -maxdepth 1 ! -name node_modules ! -name dist ! -name e2e ! -name '*-report' ! -name '*-results' |
        sort | { mapfile -t parts && tree_hash "${parts[@]}"; })
    if changed "$root/build/web.stamp" "$sources" || [ ! -s "$root/web/dist/index.html" ]; then
        say "Building the web console"
        logged web "The message above names the file." npm --prefix "$root/web" run build
        printf '%s\n' "$sources" >"$root/build/web.stamp"
    fi
}

# A tree that ./test configured is kept as it is: same code, warnings are errors there.
build_release() {
    if [ ! -s "$root/build/release/build.ninja" ]; then
        say "Configuring the build"
        logged configure "A missing package is named above; tools/packages.txt lists them all." \
            cmake --preset release -S "$root" -DSAOLA_TESTS=OFF -DSAOLA_BENCH=OFF
    fi
    local minutes=
    [ -x "$root/build/release/saola" ] || minutes=", some minutes the first time"
    say "Building saola (release, $jobs cores$minutes)"
    logged build "Not enough memory? A compiler needs up to 700 MB a core; see the end of the log." \
        cmake --build "$root/build/release" --target saola_programs -j "$jobs"
}
