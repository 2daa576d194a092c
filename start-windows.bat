@echo off
rem Start the dashboard on Windows: double-click this file.
rem The first time it sets everything up in .venv, which takes some minutes; later it starts at once.
setlocal
cd /d "%~dp0"

set "python="
for %%v in (3.13 3.12 3.11) do if not defined python py -%%v -c "import ensurepip" >nul 2>nul && set "python=py -%%v"
set "fits=import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
if not defined python python -c "%fits%" >nul 2>nul && set "python=python"
if not defined python (
    echo No Python 3.11, 3.12 or 3.13 was found on this machine.
    echo Install Python 3.13 from https://www.python.org/downloads/windows/
    echo Then double-click this file again.
    goto failed
)

.venv\Scripts\pip --version >nul 2>nul
if errorlevel 1 (
    echo Making a Python environment ...
    %python% -m venv .venv --clear || goto failed
)

fc /b requirements.txt .venv\installed-requirements.txt >nul 2>nul || goto install
fc /b constraints.txt .venv\installed-constraints.txt >nul 2>nul || goto install
goto start

:install
echo Installing what the dashboard needs: some minutes and about 4 GB of disk, once ...
.venv\Scripts\pip install -r requirements.txt || goto failed
copy /y requirements.txt .venv\installed-requirements.txt >nul
copy /y constraints.txt .venv\installed-constraints.txt >nul

:start
.venv\Scripts\streamlit run dashboard.py %* || goto failed
exit /b 0

:failed
echo.
echo The dashboard did not start, or ended with an error; the lines above say why.
pause
exit /b 1
