using NeuralFramework.Solvers;

namespace NeuralFramework.Reporting;

/// <summary>The page of a run that goes on, made anew when the folder has changed. The net is tested again only for a new
/// snapshot, and on few batches: the training needs the processor.</summary>
public sealed class LiveReport(string path, Func<Net<float>, IReadOnlyList<string>?> classNames)
{
    private const int MostTestBatches = 10;

    private readonly Lock gate = new();
    private string? seenSnapshot;
    private TrainedRun? trained;

    /// <summary>The script of the page: fetches what has changed when the server says so, and keeps open what is
    /// open.</summary>
    private const string Script = """
        const badge=document.getElementById('live'),page=document.getElementById('page');
        let busy=false,again=false;
        async function update(){
          if(busy){again=true;return}
          busy=true;
          try{
            const answer=await fetch('body');
            if(answer.ok){
              const open=[...page.querySelectorAll('details')].map(d=>d.open),at=scrollY;
              page.innerHTML=await answer.text();
              page.querySelectorAll('details').forEach((d,i)=>d.open=!!open[i]);
              scrollTo(0,at);badge.textContent='live';
            }else badge.textContent=await answer.text();
          }catch{badge.textContent='no connection'}
          busy=false;
          if(again){again=false;update()}
        }
        const events=new EventSource('events');
        events.onmessage=update;
        events.onerror=()=>badge.textContent='no connection';
        """;

    /// <summary>What changes whenever the folder does.</summary>
    public string Stamp()
    {
        string[] names = [LogRow.FileName, LayerRow.FileName, RunInfo.FileName, RunRecord.HolderName];
        return string.Join('|', names.Select(name => new FileInfo(Path.Combine(path, name)))
            .Select(file => file.Exists ? $"{file.Length}/{file.LastWriteTimeUtc.Ticks}" : "-")
            .Append(SnapshotFiles.NewestFirst(path).FirstOrDefault() ?? "-"));
    }

    /// <summary>The whole page.</summary>
    /// <inheritdoc cref="Body" path="/exception"/>
    public string Page() => ReportPage.Whole($"{Path.GetFileName(path)}: live",
        $"<div id=\"page\">{Body()}</div><p id=\"live\" class=\"live\" role=\"status\">live</p>", Script);

    /// <summary>What of the page changes.</summary>
    /// <exception cref="DataException">The folder cannot be read.</exception>
    /// <exception cref="ConfigException">A configuration in it has problems.</exception>
    public string Body()
    {
        lock (gate)
        {
            var run = RunRecord.Open(path);
            var newest = SnapshotFiles.NewestFirst(path).FirstOrDefault();
            if (trained is null || newest != seenSnapshot)
                trained = TrainedRun.Load(run with
                {
                    Solver = run.Solver with
                    {
                        TestIter = Math.Min(run.Solver.TestIter ?? MostTestBatches, MostTestBatches),
                    },
                }, classNames);
            seenSnapshot = newest;
            return ReportPage.Body(trained with { Run = run });
        }
    }
}
