# Part of build.sh: the software bill of materials (CycloneDX 1.6), what is in the jar and where it came from.
#
# The one in the jar cannot hold the jar's own SHA-256; the one beside it does, and is made with it as its argument. The serial
# number is made of the content (a version 8 UUID, RFC 9562 §5.8), and there is no date: the same sources give the same bytes.
sbom() {
    local text digest sqlite_jdbc=${SQLITE##*:}
    local sqlite=${sqlite_jdbc%.*}
    text=$(cat <<END
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application", "bom-ref": "botmaker", "name": "botmaker", "version": "$VERSION",
      "hashes": [${1:+"{\"alg\": \"SHA-256\", \"content\": \"$1\"}"}],
      "licenses": [{"license": {"name": "not stated"}}],
      "purl": "pkg:generic/botmaker@$VERSION"
    }
  },
  "components": [
    {
      "type": "library", "bom-ref": "sqlite-jdbc", "group": "org.xerial", "name": "sqlite-jdbc", "version": "$sqlite_jdbc",
      "hashes": [{"alg": "SHA-256", "content": "${SQLITE%% *}"}],
      "licenses": [{"expression": "Apache-2.0 AND BSD-2-Clause"}],
      "purl": "pkg:maven/org.xerial/sqlite-jdbc@$sqlite_jdbc?type=jar",
      "pedigree": {"notes": "Unpacked into the jar; only the native libraries of Linux on x86_64 and aarch64 are kept."},
      "components": [
        {
          "type": "library", "bom-ref": "sqlite", "name": "sqlite", "version": "$sqlite",
          "licenses": [{"license": {"id": "blessing"}}],
          "cpe": "cpe:2.3:a:sqlite:sqlite:$sqlite:*:*:*:*:*:*:*",
          "purl": "pkg:generic/sqlite@$sqlite"
        }
      ]
    }
  ],
  "dependencies": [
    {"ref": "botmaker", "dependsOn": ["sqlite-jdbc"]},
    {"ref": "sqlite-jdbc", "dependsOn": ["sqlite"]},
    {"ref": "sqlite"}
  ]
END
    )
    digest=$(sha256sum <<<"$text")
    printf '{\n  "serialNumber": "urn:uuid:%s-%s-8%s-8%s-%s",\n%s\n}\n' \
        "${digest:0:8}" "${digest:8:4}" "${digest:12:3}" "${digest:15:3}" "${digest:18:12}" "$text"
}
