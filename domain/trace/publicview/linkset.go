package publicview

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// linksetType is the media type of a linkset in JSON (RFC 9264).
const linksetType = "application/linkset+json"

// linksetContext is where the terms of GS1's linksets are explained to programs that read
// JSON-LD.
const linksetContext = `<https://ref.gs1.org/standards/resolver/linkset-context>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`

// target is one link of a linkset.
type target struct {
	Href     string   `json:"href"`
	Title    string   `json:"title"`
	Type     string   `json:"type"`
	Language []string `json:"hreflang"`
}

// links are the values of the header Link.
func (p page) links(string) []string {
	if p.canon == "" {
		return nil
	}
	if p.linkset {
		return []string{linksetContext}
	}
	return []string{"<" + p.canon + `?linkType=linkset>; rel="linkset"; type="` + linksetType + `"`, "<" + p.canon + `>; rel="canonical"`}
}

// linksetOf is the linkset of a product: the same for each of its packs.
func (p page) linksetOf() ([]byte, error) {
	languages := []string{"en", "es"}
	info := target{p.canon, p.words.say("linkInfo"), "text/html", languages}
	recall := target{p.canon + "#recall", p.words.say("linkRecall"), "text/html", languages}
	about := p.Title
	if p.Drill {
		about = p.words.say("drill") + " " + about
	}
	return encoded(map[string]any{"linkset": []any{map[string]any{
		"anchor": p.canon, "description": about,
		voc + linkDefault: []target{info}, voc + linkInfo: []target{info}, voc + linkRecall: []target{recall},
	}}})
}

// Resolver answers with the description of this resolver.
func (p *Pages) Resolver(w http.ResponseWriter, r *http.Request) {
	raw, err := encoded(map[string]any{
		"name": p.config.Name, "resolverRoot": p.config.Origin, "supportedPrimaryKeys": []string{"01"},
		"supportedLinkType":           []any{map[string]string{"namespace": voc, "prefix": "gs1:"}},
		"linkTypeDefaultCanBeLinkset": false,
	})
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	send(w, r, http.StatusOK, raw)
}

// encoded is JSON for programs, in which an address stays as it is.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
