// What does every Go server beside this one answer?  GET /?sleep=2 its pid, after two
// seconds of work; GET /?stream=2 the same, and then goes on for two seconds, in parts.
// What is posted is read first.
package answer

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

const part = 100 * time.Millisecond

// Handler answers as that version of its program.
func Handler(version string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Version", version)
		time.Sleep(Seconds(r, "sleep"))
		fmt.Fprintf(w, "ospid:%d\n", os.Getpid())
		Stream(w, Seconds(r, "stream"))
	})
}

// Seconds are what the query says of a name; none if it does not.
func Seconds(r *http.Request, name string) time.Duration {
	n, _ := strconv.ParseFloat(r.URL.Query().Get(name), 64)
	return time.Duration(n * float64(time.Second))
}

// Stream sends what has been written, and then a line each 100 ms for so long.
func Stream(w http.ResponseWriter, length time.Duration) {
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(part) {
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		fmt.Fprintln(w, "and on")
	}
}
