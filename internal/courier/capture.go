package courier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"pedigree/format/dscsa"
)

// captureRefusals are, beside those of any server, the answers of a capture interface
// that the same document would get again (EPCIS 2.0, section 12.6).
var captureRefusals = slices.Concat(refusals, []int{http.StatusNotAcceptable, http.StatusConflict, http.StatusNotImplemented})

// toCapture gives a document to the capture interface of a partner's EPCIS 2.0
// repository: all of it is captured, or nothing. What came of it is asked for later, by
// the capture job that the repository names.
func (k *Courier) toCapture(ctx context.Context, p Parcel, content io.Reader) (Answer, error) {
	t, err := k.target(p.Way, p.Address, p.credential)
	if err != nil {
		return Answer{}, err
	}
	header := captureVersions(p.Format)
	header.Set("Content-Type", captureMedia(p.MediaType))
	header.Set("GS1-Capture-Error-Behaviour", "rollback")
	header.Set("Idempotency-Key", idempotency(p))
	got, err := k.exchange(ctx, t, http.MethodPost, t.url.String(), header, content, p.Size)
	if err != nil {
		return Answer{}, fmt.Errorf("couldn't send it: %w", err)
	}
	if err := got.judge(captureRefusals, k.config.Now()); err != nil {
		return Answer{}, got.withLimits(err)
	}
	job := t.job(got.header.Get("Location"))
	if job == "" {
		return Answer{Text: fmt.Sprintf("the partner's repository took it with %d and named no capture job, so nobody says here whether it kept it; ask the partner, then pedigree parcels done", got.status)}, nil
	}
	return Answer{Ref: job, Text: "the partner's repository took it, and has not captured it yet"}, nil
}

// captureVersions name the versions of the standards that a document is in.
func captureVersions(format string) http.Header {
	header := http.Header{}
	version := "2.0.0"
	if v := dscsa.Version(format); v == dscsa.R12 || v == dscsa.R13 {
		version = "1.2"
	}
	header.Set("GS1-EPCIS-Version", version)
	header.Set("GS1-CBV-Version", version)
	return header
}

// captureMedia is a media type as the standard's interface has it.
func captureMedia(media string) string {
	if media == "application/ld+json" {
		return "application/json"
	}
	return media
}

// withLimits adds to a refusal how much the repository takes at once.
func (r reply) withLimits(err error) error {
	var says []string
	for _, l := range [][2]string{{"GS1-EPCIS-Capture-Limit", "events"}, {"GS1-EPCIS-Capture-File-Size-Limit", "bytes"}} {
		if most := r.header.Get(l[0]); most != "" && len(most) < 20 {
			says = append(says, oneLine(most)+" "+l[1])
		}
	}
	if r.status != http.StatusRequestEntityTooLarge || len(says) == 0 {
		return err
	}
	return fmt.Errorf("%w; it takes %s at once: ship fewer items at a time", err, strings.Join(says, " and "))
}

// job is the address of a capture job, of which a repository may name the path alone. It
// is at the same host, for it is asked with the same credential: of a job elsewhere its
// id is taken, and asked for where the standard has it. Empty when there is none.
func (t target) job(location string) string {
	at, err := t.url.Parse(location)
	if err != nil || location == "" {
		return ""
	}
	if at.Scheme != t.url.Scheme || at.Host != t.url.Host || at.User != nil {
		id := path.Base(at.Path)
		if id == "." || id == "/" {
			return ""
		}
		at = t.url.JoinPath(url.PathEscape(id))
	}
	if text := at.String(); len(text) <= reasonBytesMax && oneLine(text) == text {
		return text
	}
	return ""
}

// captureJob is what a repository says of a capture job.
type captureJob struct {
	Running   *bool     `json:"running"`
	Success   *bool     `json:"success"`
	Errors    []problem `json:"errors"`
	ErrorFile string    `json:"errorFile"`
}

// askCapture asks what came of a document that a repository took.
func (k *Courier) askCapture(ctx context.Context, p Parcel) (Answer, error) {
	t, err := k.target(p.Way, p.Address, p.credential)
	if err != nil {
		return Answer{}, err
	}
	if t.job(p.Ref) != p.Ref {
		return Answer{}, errors.New("the capture job isn't at the host of the route")
	}
	ctx, cancel := context.WithTimeout(ctx, transferGrace)
	defer cancel()
	header := captureVersions("")
	header.Set("Accept", "application/json, application/problem+json")
	got, err := k.exchange(ctx, t, http.MethodGet, p.Ref, header, nil, 0)
	switch {
	case err != nil:
		return Answer{}, fmt.Errorf("couldn't ask what came of it: %w", err)
	case got.status == http.StatusNotFound, got.status == http.StatusGone:
		return Answer{}, fmt.Errorf("the partner's repository took it, and knows nothing of the capture job any more (%d); ask the partner, then pedigree parcels done or retry", got.status)
	case got.status != http.StatusOK:
		return Answer{}, errLater{fmt.Errorf("the partner's repository took it, and answers with %d what came of it: %s", got.status, got.said()), got.retryAfter(k.config.Now())}
	}
	var job captureJob
	if err := json.Unmarshal(got.text, &job); err != nil || job.Running == nil || job.Success == nil {
		return Answer{}, errors.New("the partner's repository took it, and its answer doesn't say what came of it")
	}
	return k.judgeJob(job, p)
}

// judgeJob tells what a capture job comes to. One that goes on for ever is given up.
func (k *Courier) judgeJob(job captureJob, p Parcel) (Answer, error) {
	since := k.config.Now().Sub(p.Sent)
	switch {
	case !*job.Running && *job.Success:
		return Answer{Acked: true, Text: "captured by the partner's repository"}, nil
	case !*job.Running:
		return Answer{}, refuse("the partner's repository captured nothing of it: %s", job.says())
	case since > giveUpAfter:
		return Answer{}, refuse("the partner's repository has been at it for %d days; ask the partner", int(since.Hours()/24))
	case !*job.Success:
		return Answer{Text: "the partner's repository found errors, and takes back what it captured"}, nil
	}
	return Answer{Text: "the partner's repository is at it"}, nil
}

// says are the errors of a job in a line.
func (j captureJob) says() string {
	var parts []string
	for _, p := range j.Errors[:min(len(j.Errors), jobErrorsTold)] {
		if text := p.String(); text != "" {
			parts = append(parts, text)
		}
	}
	switch {
	case len(j.Errors) > jobErrorsTold:
		parts = append(parts, fmt.Sprintf("and %d more", len(j.Errors)-jobErrorsTold))
	case len(parts) == 0 && j.ErrorFile != "":
		parts = append(parts, "it says why in "+j.ErrorFile)
	case len(parts) == 0:
		parts = append(parts, "it doesn't say why; ask the partner")
	}
	return oneLine(strings.Join(parts, "; "))
}

// captureAsk is the pause before the next question: short at first, for most
// repositories are done at once.
func captureAsk(since time.Duration) time.Duration {
	return max(captureAskFirst, min(since, askEvery))
}
