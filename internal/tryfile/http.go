package tryfile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/epcis"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/courier"
	"pedigree/internal/turns"
	"pedigree/ledger"
)

// Path is what the addresses of these routes begin with.
const Path = "/api/v1/files/"

// Operations are the ids of the routes. They put nothing on the ledger and keep nothing,
// so they need neither.
var Operations = []string{"check-file", "hash-file", "list-losses", "convert-file", "compare-files"}

// longWork is how long a body may take to come.
const longWork = 30 * time.Minute

// Config sets the routes up.
type Config struct {
	Turns *turns.Gate // nil works at once
	Dir   string      // of the node's data, for what is read more than once; empty is the system's folder
}

// desk serves the routes.
type desk struct {
	Config
	places places
}

type body[T any] struct{ Body T }

// AddRoutes registers the routes.
func AddRoutes(s *api.Server, c Config) {
	d := &desk{Config: c}
	d.addCheck(s)
	d.addHash(s)
	d.addConvert(s)
	d.addCompare(s)
}

// route describes a route whose body is a file. It keeps nothing, so it asks for no more
// than what the same person may read.
func route(name, id, summary, description string) huma.Operation {
	return api.Upload(api.Guarded(huma.Operation{
		Method: http.MethodPost, Path: Path + name, OperationID: id, Summary: summary, Description: description,
		BodyReadTimeout: longWork, MaxBodyBytes: api.BodyBytesDefault,
	}, auth.ReadGoods))
}

// work is one document that is worked on.
type work struct {
	hand  *turns.Hand
	in    *upload
	leave func()
}

// upload is a body that remembers why it ended too early: the one who sends it is told
// that, and not what it looked like in the middle of an event.
type upload struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (u *upload) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		u.err = err
	}
	return n, err
}

// begin takes a place for the request's organisation.
func (d *desk) begin(ctx context.Context) (work, error) {
	who, _ := auth.From(ctx)
	leave, err := d.places.take(who.Org)
	if err != nil {
		return work{}, api.Refuse(err)
	}
	return work{d.Turns.Hand(who.Org), &upload{Reader: api.UploadOf(ctx)}, leave}, nil
}

// refused gives an error of working on a document its kind and code.
func (w work) refused(err error) error {
	if err == nil {
		return nil
	}
	if w.in.err != nil {
		return api.Refuse(w.in.err)
	}
	if errors.Is(err, errTooMuch) {
		return tooMuch()
	}
	var known api.Refusal
	if fault, ok := Fault(err); ok && !errors.As(err, &known) {
		err = api.Coded(err, ledger.Invalid, fault.Rule, fault.Remedy)
	}
	return api.Refuse(err)
}

// Told is what these routes are told of a document.
type Told struct {
	Name    string `query:"name" default:"document" maxLength:"200" doc:"File name, as findings name it"`
	Lenient bool   `query:"lenient" doc:"Take what senders get wrong and what can be understood without guessing; a check names it"`
}

func (d *desk) addCheck(s *api.Server) {
	type checkIn struct {
		Told
		Sets []string  `query:"set" enum:"structure,gs1,cbv,dscsa" doc:"Sets of rules, with commas: structure, gs1, cbv, dscsa; all without it"`
		Now  time.Time `query:"now" doc:"Time to check against; the node's without it"`
		Max  int       `query:"max" default:"100" minimum:"1" maximum:"10000" doc:"Findings of each severity that are listed"`
	}
	huma.Register(s.API, route("check", "check-file", "Check an EPCIS document, and keep nothing of it",
		"Holds an EPCIS document (1.1, 1.2 or 2.0 XML, 2.0 JSON-LD) against the schemas, GS1, the CBV and the US guideline, or each document in a ZIP archive or a gzip file. Also a document that can't be read or unpacked is answered 200: why is a finding."),
		func(ctx context.Context, in *checkIn) (*body[*CheckedUpload], error) {
			w, err := d.begin(ctx)
			if err != nil {
				return nil, err
			}
			defer w.leave()
			o := CheckOptions{Name: in.Name, Now: in.Now, Lenient: in.Lenient, Listed: in.Max, Hand: w.hand}
			for _, set := range in.Sets {
				o.Sets = append(o.Sets, epcis.Set(set))
			}
			if o.Now.IsZero() {
				o.Now = time.Now()
			}
			found, err := d.check(ctx, w.in, o)
			if errors.Is(err, errTooMuch) {
				return nil, huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("archives with more than %d bytes are not unpacked here; unpack it and send each file, or do it with pedigree epcis check", heldBytesMax))
			}
			return &body[*CheckedUpload]{found}, w.refused(err)
		})
}

// check checks a document as it comes, or holds what has to be unpacked.
func (d *desk) check(ctx context.Context, in io.Reader, o CheckOptions) (*CheckedUpload, error) {
	from := bufio.NewReader(in)
	// An error stands in front of what is read next.
	if head, _ := from.Peek(courier.MagicBytes); !courier.Packed(head) {
		found, err := Check(ctx, from, o)
		if found == nil {
			return nil, err
		}
		return &CheckedUpload{CheckedFile: *found}, err
	}
	whole, err := d.whole(from)
	if err != nil {
		return nil, err
	}
	defer whole.Close()
	return CheckPacked(ctx, whole, whole.size, o)
}

func (d *desk) addHash(s *api.Server) {
	type hashIn struct {
		Told
		CBV     string   `query:"cbv" enum:"2.0,2.1" default:"2.0" doc:"Version of the CBV whose algorithm is used; 2.1 is a draft"`
		PreHash bool     `query:"prehash" doc:"Also the canonical text that each hash is taken of"`
		Ignore  []string `query:"ignore,explode" maxItems:"100" doc:"Extension fields that don't count, as NAMESPACE#NAME; the hash is then one's own"`
		First   int      `query:"first" default:"1" minimum:"1" doc:"Event that is listed first; the next of the answer before"`
		Max     int      `query:"max" default:"1000" minimum:"1" maximum:"10000" doc:"Events that are listed"`
	}
	huma.Register(s.API, route("hash", "hash-file", "Hash each event of an EPCIS document, and keep nothing of it",
		"Event Hash IDs of the CBV, section 8.9: the same for every form of the same event."),
		func(ctx context.Context, in *hashIn) (*body[HashedFile], error) {
			w, err := d.begin(ctx)
			if err != nil {
				return nil, err
			}
			defer w.leave()
			o := HashedOptions{Name: in.Name, PreHash: in.PreHash, Lenient: in.Lenient, First: in.First, Listed: in.Max, Hand: w.hand}
			o.Hash.Version = HashVersions[in.CBV]
			for _, text := range in.Ignore {
				name, ok := IgnoredName(text)
				if !ok {
					return nil, huma.NewError(http.StatusUnprocessableEntity, fmt.Sprintf("ignore takes NAMESPACE#NAME, not %q; write it like https://lab.example.com/ns/#run", text))
				}
				o.Hash.Ignore = append(o.Hash.Ignore, name)
			}
			out, err := Hash(ctx, w.in, o)
			return &body[HashedFile]{out}, w.refused(err)
		})
}

// fileName is a name for the answer's file, of characters that every system takes.
func fileName(name, ending string) string {
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		name = name[:at]
	}
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '_'
	}, name)
	return strings.TrimLeft(name, ".") + ending
}
