#!/bin/sh
# Write deploy/.env, which compose.yaml reads: the address, and secrets made at random. Overwrites nothing.
#
#   deploy/new-env.sh https://naskah.kabupaten.example
set -eu
address=${1:?usage: deploy/new-env.sh https://NAME}
file=$(dirname "$0")/.env
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
set -C # an .env that is there stays
cat >"$file" <<END || { echo "$file is there already and stays as it is." >&2; exit 1; }
PUBLIC_URL=$address
SECRET_KEY=$(secret)
POSTGRES_PASSWORD=$(secret)
S3_SECRET_KEY=$(secret)
# How the proxy gets its certificate: empty asks a public authority; "internal" makes one that browsers do not know; or
# "/data/site.pem /data/site.key" of your own, put into the volume "certificates".
TLS=
END
echo "$file is written. Keep a copy of it elsewhere: without its secrets sign-ins end and the archive cannot be opened."
