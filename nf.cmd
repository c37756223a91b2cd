@echo off
rem The command line of NeuralFramework on Windows: builds what is out of date, then runs it.
dotnet build "%~dp0src\Cli" -c Release -v quiet --nologo >nul || (dotnet build "%~dp0src\Cli" -c Release -v quiet --nologo & exit /b 2)
dotnet "%~dp0src\Cli\bin\Release\net10.0\nf.dll" %*
