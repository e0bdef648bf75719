# What the demonstrations share; sourced by quickstart.sh and by run.sh of the folders beside it, from the root of the clone or of what is installed.
# Nothing of it is needed for real tenants.

say() { printf '\n==> %s\n' "$*"; }
run() { printf '\n$ %s\n' "${*//$PWD\//}"; "$@"; }

# expect CODE COMMAND…: ends the script if the command ends with another one.
expect() {
    local wanted=$1 code=0
    shift
    run "$@" || code=$?
    [ "$code" -eq "$wanted" ] || { echo "ended with $code, not with $wanted" >&2; exit 70; }
}

# folder_for DEFAULT [FOLDER]: a FOLDER is meant from where the person stands, who came here by one cd. The default lies in the clone, but not in
# what is installed.
folder_for() {
    case ${2:-} in
        /*) echo "$2" ;;
        ?*) echo "$OLDPWD/$2" ;;
        *) if [ -e CMakeLists.txt ]; then echo "$1"; else echo "$OLDPWD/$1"; fi ;;
    esac
}

# begin_demonstration DEFAULT [FOLDER]: it begins anew each time, since its directory lives in the sandbox, which ends with the script.
begin_demonstration() {
    export PATH="${POOLWRIGHT_BUILD:-$PWD/build/release}:$PATH"
    command -v graph-sandbox >/dev/null || { echo "poolwright is not built yet: run examples/setup.sh" >&2; exit 70; }
    demo=$(folder_for "$@")
    if [ -e "$demo" ] && [ ! -e "$demo/.poolwright-demo" ]; then
        echo "$(basename "$0"): $demo exists and is no demonstration of poolwright's: name another folder" >&2
        exit 65
    fi
    rm -rf "$demo"
    mkdir -p "$demo"
    touch "$demo/.poolwright-demo"
    demo=$(cd "$demo" && pwd)
    export XDG_CONFIG_HOME="$demo/config" XDG_STATE_HOME="$demo/state"
}

# start_sandbox OPTIONS…: a Microsoft Graph on this machine. Gives `there`, the options by which poolwright reaches it.
start_sandbox() {
    graph-sandbox --port 0 --dir "$demo/sandbox" "$@" 2>"$demo/sandbox.log" &
    sandbox=$!
    trap 'kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true' EXIT
    for _ in $(seq 100); do
        [ -e "$demo/sandbox/ready.json" ] && break
        kill -0 "$sandbox" 2>/dev/null || { cat "$demo/sandbox.log" >&2; exit 70; }
        read -rt 0.1 <> <(:) || true
    done
    local value url
    value() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$demo/sandbox/ready.json"; }
    url=$(value url)
    there=(--authority-url "$url" --graph-url "$url" --ca-file "$(value ca_file)"
        --client-id "$(value client_id)" --client-secret-file "$(value client_secret_file)")
}
