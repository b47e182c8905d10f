package main

import (
	"embed"
	"html/template"
	"net/http"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/auth"
	"pedigree/internal/node"
	"pedigree/web/console"
	"pedigree/web/verify"
)

//go:embed page/trace.html
var pageFiles embed.FS

// verifierPolicy lets the self-contained verifier page run its own script; the
// page itself allows no connection.
const verifierPolicy = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// lookup is the page on which a package is looked up.
type lookup struct {
	Org, Name, Chain, BlockTime string
	Height                      uint64
	Drill                       bool
	ID, Problem                 string
	Trace                       *traceview.Trace
}

// Word is the verdict in one word.
func (l lookup) Word() string { return l.Trace.Verdict.Label() }

// Class is the verdict's style.
func (l lookup) Class() string {
	switch l.Trace.Verdict {
	case traceview.OK:
		return "ok"
	case traceview.Stop:
		return "stop"
	}
	return "tell"
}

// When writes a time for people.
func (lookup) When(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04") }

// Known says how a step is known.
func (lookup) Known(known int) string { return traceview.KnownName(known) }

// addPages serves the page for looking packages up, and the verifier.
func (r *running) addPages() error {
	page, err := template.ParseFS(pageFiles, "page/trace.html")
	if err != nil {
		return err
	}
	show := func(w http.ResponseWriter, req *http.Request, status int, problem string) {
		o := officeOf(req.Context())
		l := lookup{
			Org: o.org, Name: o.name, Chain: r.node.ChainID(), Drill: node.IsDrill(r.node.ChainID()), Height: r.node.Height(), ID: req.URL.Query().Get("id"), Problem: problem,
			BlockTime: time.Unix(int64(r.node.BlockTime()), 0).UTC().Format("2 Jan 2006 15:04 MST"),
		}
		if l.ID != "" && problem == "" {
			if t, err := o.desk.desk.Trace(req.Context(), l.ID); err != nil {
				l.Problem = err.Error()
			} else {
				l.Trace = &t
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		if err := page.Execute(w, l); err != nil {
			r.log.Warn("couldn't write a page", "error", err)
		}
	}
	r.server.Handle("GET /{$}", auth.ReadGoods, func(w http.ResponseWriter, req *http.Request) { show(w, req, http.StatusOK, "") })
	r.server.Handle("GET /prove", auth.ReadGoods, func(w http.ResponseWriter, req *http.Request) {
		b, err := deskOf(req.Context()).Provenance(req.Context(), req.URL.Query().Get("id"), traceview.ProvenanceOptions{})
		if err != nil {
			show(w, req, http.StatusUnprocessableEntity, err.Error())
			return
		}
		r.writeVerifier(w, b.Encode(), "provenance.pedigree")
	})
	r.server.HandleOpen("GET /console/", console.Handler("/console/").ServeHTTP)
	r.server.HandleOpen("GET /verifier/", verify.Handler("/verifier/").ServeHTTP)
	r.server.HandleOpen("GET /verify.html", func(w http.ResponseWriter, _ *http.Request) { r.writeVerifier(w, nil, "") })
	return nil
}

func (r *running) writeVerifier(w http.ResponseWriter, object []byte, name string) {
	t, err := r.node.Trust()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	html, err := verifyPage(object, name, t)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Security-Policy", verifierPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(html)
}
