# Packages of others for tests, from their registries; sourced.

# need_commands NAME WHERE COMMAND…: ends the script if one is missing; examples/setup.sh WHERE installs them.
need_commands() {
    local name=$1 where=$2 command
    shift 2
    for command in "$@"; do
        command -v "$command" >/dev/null || { echo "$name: $command is missing: run examples/setup.sh $where" >&2; exit 70; }
    done
}

# install_packages NAME LOG COMMAND…: ends the script where the command fails; kindly, as skipped, if it is the network.
install_packages() {
    local name=$1 log=$2
    shift 2
    if "$@" >"$log" 2>&1; then return; fi
    if grep -qE 'NewConnectionError|Max retries exceeded|Failed to establish|resolution|timed out|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN' "$log"; then
        echo "$name: skipped, since the package registries cannot be reached (see $log)"
        exit 0
    fi
    tail -n 20 "$log" >&2
    echo "$name: its packages could not be installed (see $log)" >&2
    exit 1
}

# npm_packages NAME FOLDER HERE: those of HERE/package-lock.json, in FOLDER; kept as long as they are what is pinned.
npm_packages() {
    local name=$1 folder=$2 here=$3
    if cmp -s "$folder/installed.json" "$here/package-lock.json"; then return; fi
    echo "==> Installing the packages that $here/package.json pins"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$here/package.json" "$here/package-lock.json" "$folder"
    install_packages "$name" "$folder/npm.log" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --fetch-retries 1
    cp "$here/package-lock.json" "$folder/installed.json"
}
