package tryfile

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/epcis"
	"pedigree/internal/api"
)

// Into says into what a document is converted.
type Into struct {
	Told
	Type     string   `header:"Content-Type" doc:"multipart/form-data for a form; anything else for a body that is the document"`
	To       string   `query:"to" enum:"xml1.1,xml1.2,xml2.0,json" default:"json" doc:"The form to write"`
	IDs      string   `query:"ids" enum:"keep,urn,link" default:"keep" doc:"How identifiers are written: as they are, as EPC URNs, as Digital Links"`
	Prefixes []string `query:"prefix" maxItems:"1000" doc:"GS1 company prefixes, with commas, for ids=urn: how many digits of an identifier are the prefix. What the document itself shows is learned without them"`
}

func (in Into) options() epcis.ConvertOptions {
	style, _ := IDStyle(in.IDs)
	return epcis.ConvertOptions{From: epcis.Options{File: in.Name, Lenient: in.Lenient}, To: Targets[in.To], IDs: style, Indent: "  "}
}

func (d *desk) addConvert(s *api.Server) {
	type lossesIn struct {
		Into
		Max int `query:"max" default:"100" minimum:"1" maximum:"10000" doc:"Losses of each kind that are listed"`
	}
	losses := route("losses", "list-losses", "Say what a conversion of an EPCIS document would lose, and keep nothing of it",
		"Converts the document and throws the result away; what the new form can't hold is named, each with its place, rule and remedy. "+formed)
	huma.Register(s.API, losses,
		func(ctx context.Context, in *lossesIn) (*body[*ConvertedFile], error) {
			w, err := d.begin(ctx)
			if err != nil {
				return nil, err
			}
			defer w.leave()
			c := NewConvertedFile(in.Name, in.Max, nil)
			err = d.convert(ctx, w, c, io.Discard, in.Into, in.options())
			return &body[*ConvertedFile]{c}, w.refused(err)
		})
	withForm(losses)
	type fileIn struct {
		Into
		RefuseLoss bool `query:"refuse_loss" doc:"Refuse when anything is lost"`
	}
	file := route("convert", "convert-file", "Write an EPCIS document in another form, and keep nothing of it",
		"The answer is the document in its new form. What is lost is left out: the operation list-losses names it. A document that can't be read to its end is refused, with the place. "+formed)
	file.Responses = map[string]*huma.Response{"200": {
		Description: "The document", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		Headers: map[string]*huma.Param{"Losses": {Description: "How much is lost", Schema: &huma.Schema{Type: huma.TypeInteger}}},
	}}
	huma.Register(s.API, file, func(ctx context.Context, in *fileIn) (*huma.StreamResponse, error) {
		w, err := d.begin(ctx)
		if err != nil {
			return nil, err
		}
		out, err := hold(d.Dir, writtenBytesMax)
		if err != nil {
			w.leave()
			return nil, w.refused(err)
		}
		c, o := NewConvertedFile(in.Name, 1, nil), in.options()
		o.RefuseLoss = in.RefuseLoss
		if err := d.convert(ctx, w, c, out, in.Into, o); err != nil {
			w.leave()
			return nil, w.refused(errors.Join(err, out.Close()))
		}
		return &huma.StreamResponse{Body: func(answer huma.Context) {
			defer w.leave()
			defer out.Close()
			kind, ending := "application/xml", ".xml"
			if o.To.Form == epcis.JSON {
				kind, ending = "application/ld+json", ".jsonld"
			}
			answer.SetHeader("Content-Type", kind)
			answer.SetHeader("Content-Length", strconv.FormatInt(out.size, 10))
			answer.SetHeader("Content-Disposition", `attachment; filename="`+fileName(in.Name, ending)+`"`)
			answer.SetHeader("Losses", strconv.Itoa(c.Losses))
			answer.SetStatus(http.StatusOK)
			// Whoever gets less than the length knows that something is missing.
			_, _ = io.Copy(answer.BodyWriter(), out)
		}}, nil
	})
	withForm(file)
}

// formed is said of routes that take a list of company prefixes.
const formed = "The body is the document, or a form with the parts document and prefixes: GS1's list of company prefix lengths (JSON or XML), for ids=urn."

// convert holds the document, for a header may stand behind its events, and converts it.
func (d *desk) convert(ctx context.Context, w work, c *ConvertedFile, out io.Writer, in Into, o epcis.ConvertOptions) error {
	from, err := d.source(ctx, w, in)
	if err != nil {
		return err
	}
	defer from.Close()
	o.Prefixes = from.prefixes
	return w.hand.Do(func() error { return c.Run(out, from.inTurns(ctx, w.hand), o) })
}

// whole takes all of a document in.
func (d *desk) whole(from io.Reader) (*held, error) {
	h, err := hold(d.Dir, heldBytesMax)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(h, from); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func (d *desk) addCompare(s *api.Server) {
	type compareIn struct {
		Type     string `header:"Content-Type" doc:"multipart/form-data"`
		HashOnly bool   `query:"hash_only" doc:"Leave out what the hash of an event leaves out: eventID, recordTime, errorDeclaration"`
		Lenient  bool   `query:"lenient" doc:"Take what senders get wrong and what can be understood without guessing"`
		Max      int    `query:"max" default:"100" minimum:"1" maximum:"1000" doc:"Events that are listed of each kind"`
	}
	file := route("compare", "compare-files", "Compare two EPCIS documents event by event, and keep nothing of them",
		"The two documents are the parts a and b of a form. Events are compared by their hash, so that form, order and spelling don't matter; what differs is paired and named field by field.")
	huma.Register(s.API, file, func(ctx context.Context, in *compareIn) (*body[*epcis.Comparison], error) {
		w, err := d.begin(ctx)
		if err != nil {
			return nil, err
		}
		defer w.leave()
		parts, err := d.parts(w.in, in.Type)
		defer parts.close()
		if err != nil {
			return nil, w.refused(err)
		}
		source := func(i int) epcis.Source {
			return epcis.Source{In: parts[i].inTurns(ctx, w.hand), Options: epcis.Options{File: parts[i].name, Lenient: in.Lenient}}
		}
		var found *epcis.Comparison
		err = w.hand.Do(func() error {
			var err error
			found, err = epcis.Compare(source(0), source(1), epcis.CompareOptions{HashOnly: in.HashOnly, Listed: in.Max})
			return err
		})
		return &body[*epcis.Comparison]{found}, w.refused(err)
	})
	// Said afterwards, for the body is read here and not by what reads forms.
	part := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	file.RequestBody.Content = map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Properties: map[string]*huma.Schema{"a": part, "b": part}, Required: []string{"a", "b"},
	}}}
}

// part is one document of a form.
type part struct {
	*held
	name string
}

type twoParts [2]part

func (p twoParts) close() {
	for _, one := range p {
		if one.held != nil {
			_ = one.Close() // the file has no name: there is nothing left of it
		}
	}
}

var errTwoFiles = huma.Error422UnprocessableEntity("send two files in one form (multipart/form-data), as its parts a and b")

// parts takes the two documents of a form in.
func (d *desk) parts(from io.Reader, kind string) (list twoParts, err error) {
	media, parameters, err := mime.ParseMediaType(kind)
	if err != nil || media != "multipart/form-data" || parameters["boundary"] == "" {
		return list, errTwoFiles
	}
	form := multipart.NewReader(from, parameters["boundary"])
	for {
		p, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, errTwoFiles
		}
		i := map[string]int{"a": 0, "b": 1}
		at, known := i[p.FormName()]
		if !known || list[at].held != nil {
			return list, errTwoFiles
		}
		if list[at].held, err = d.whole(p); err != nil {
			return list, err
		}
		list[at].name = p.FileName()
		if list[at].name == "" || len(list[at].name) > nameBytesMax {
			list[at].name = p.FormName()
		}
	}
	if list[0].held == nil || list[1].held == nil {
		return list, errTwoFiles
	}
	return list, nil
}
