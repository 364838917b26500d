#!/bin/sh
# Make an environment from a lock file, or say in one sentence what is missing. bootstrap.sh FOLDER LOCK
set -u
folder=$1
lock=$2

say() { printf '%s\n%s\n' "$1" "$2" >&2; exit 1; }

python=""
for name in python3.11 python3.12 python3.13 python3.14 python3; do
  if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$name
    break
  fi
done
[ -n "$python" ] || say "Cần Python 3.11 trở lên; máy này chưa có (Debian/Ubuntu: apt install python3 python3-venv)." \
  "Python 3.11 or newer is needed and was not found (Debian/Ubuntu: apt install python3 python3-venv)."
"$python" -c 'import venv, ensurepip' 2>/dev/null || say "Python thiếu mô-đun venv (Debian/Ubuntu: apt install python3-venv)." \
  "Python's venv module is missing (Debian/Ubuntu: apt install python3-venv)."

if [ ! -x "$folder/bin/python" ] || ! "$folder/bin/python" -c '' 2>/dev/null; then
  rm -rf "$folder"
  "$python" -m venv "$folder" || say "Không tạo được môi trường Python trong $folder." "The Python environment in $folder could not be made."
fi
echo "Cài thư viện vào $folder / installing packages into $folder …"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" >"$folder/install.log" 2>&1 || {
  say "Không tải được thư viện: hãy kiểm tra mạng rồi chạy lại cùng lệnh này (chi tiết: $folder/install.log)." \
    "The packages could not be fetched: check the network and run the same command again (details: $folder/install.log)."
}
touch "$folder/ready"
