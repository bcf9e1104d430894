package cashier

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
)

//go:embed assets
var embedded embed.FS

// assets are the page's script and style. Their folder is named after what is
// in them, so that a browser may keep them for ever and modules find each
// other by their plain names.
type assets struct {
	hash  string
	files map[string][]byte
}

func readAssets() assets {
	a := assets{files: make(map[string][]byte)}
	sum := sha256.New()
	entries, err := embedded.ReadDir("assets")
	if err != nil {
		panic("cashier: the program was built without its assets: " + err.Error())
	}
	for _, e := range entries { // in the order of their names
		content, err := embedded.ReadFile("assets/" + e.Name())
		if err != nil {
			panic("cashier: the program was built without its assets: " + err.Error())
		}
		a.files[e.Name()] = content
		sum.Write([]byte(e.Name() + "\x00"))
		sum.Write(content)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return a
}

// Path is where a file is served.
func (a assets) Path(name string) string { return "/kassa/assets/" + a.hash + "/" + name }

func (h *handler) asset(w http.ResponseWriter, r *http.Request) {
	content, ok := h.files.files[r.PathValue("name")]
	if !ok || r.PathValue("hash") != h.files.hash {
		http.NotFound(w, r)
		return
	}
	kind := "text/javascript; charset=utf-8"
	switch path.Ext(r.PathValue("name")) {
	case ".css":
		kind = "text/css; charset=utf-8"
	case ".svg":
		kind = "image/svg+xml"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(content) // a browser that went away asks again
}
