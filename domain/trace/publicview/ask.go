package publicview

import (
	"net/http"
	"strconv"
	"strings"
)

// voc is the namespace of GS1's types of links.
const voc = "https://ref.gs1.org/voc/"

// Types of links.
const (
	linkLinkset = "linkset"
	linkDefault = "defaultLink"
	linkInfo    = "pip"          // product information page
	linkRecall  = "recallStatus" // on the same page
)

// linkTypeOf is the type of link that a request asks for, "" for none; known is false for
// one that there isn't.
func linkTypeOf(r *http.Request) (name string, known bool) {
	asked := r.URL.Query().Get("linkType")
	switch asked {
	case "":
		return "", true
	case linkLinkset, "all": // the word of earlier versions
		return linkLinkset, true
	}
	for _, space := range []string{"gs1:", voc, "https://gs1.org/voc/"} {
		if rest, cut := strings.CutPrefix(asked, space); cut && (rest == linkDefault || rest == linkInfo || rest == linkRecall) {
			return rest, true
		}
	}
	return "", false
}

// preference is one of the things that a header asks for.
type preference struct {
	value string
	much  float64
}

// preferences reads a header such as Accept (RFC 9110, section 12.5).
func preferences(header string) (list []preference) {
	for part := range strings.SplitSeq(header[:min(len(header), acceptBytesMax)], ",") {
		if len(list) == languagesMax {
			break
		}
		value, parameters, _ := strings.Cut(part, ";")
		p := preference{strings.ToLower(strings.TrimSpace(value)), weight(parameters)}
		list = append(list, p)
	}
	return list
}

// weight is how much a value is wanted: 1 where nothing is said, 0 where what is said
// can't be read.
func weight(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		text, is := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		if !is {
			continue
		}
		much, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0
		}
		return much
	}
	return 1
}

// languageOf is the language that a request likes best of those there are; English where
// it says nothing.
func languageOf(r *http.Request) string {
	best, most := "en", 0.0
	for _, p := range preferences(r.Header.Get("Accept-Language")) {
		language, _, _ := strings.Cut(p.value, "-")
		if _, there := texts[language]; there && p.much > most {
			best, most = language, p.much
		}
	}
	return best
}

// wantsLinkset tells whether a program asks for the linkset rather than for a page.
func wantsLinkset(r *http.Request) bool {
	page, set := 0.0, 0.0
	for _, p := range preferences(r.Header.Get("Accept")) {
		switch p.value {
		case linksetType, "application/json", "application/ld+json":
			set = max(set, p.much)
		case "text/html", "application/xhtml+xml":
			page = max(page, p.much)
		}
	}
	return set > page
}
