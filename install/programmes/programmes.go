// Package programmes holds the programmes a shop can start with.
package programmes

import "embed"

// Files are the starter programmes, as package programme/file reads them.
//
//go:embed *.toml
var Files embed.FS

// Schema is the JSON Schema of programme files, for editors. The tests of
// package programme/file make it.
//
//go:embed programme.schema.json
var Schema []byte
