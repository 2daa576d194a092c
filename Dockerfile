# docker build -t layer-by-layer .    or    podman build --format docker -t layer-by-layer .
# docker run -p 8501:8501 -v dashboard:/data/dashboard -v keras:/data/keras layer-by-layer
#
# Debian, since TensorFlow needs its C library (there is none for Alpine); slim, since every package comes ready-made;
# 3.11, since constraints.txt is made with it.
FROM python:3.11.14-slim-trixie

# Some hosts run every container as user 1000; nothing here needs the superuser.
RUN useradd --create-home --uid 1000 dashboard \
    && mkdir -p /app /data/dashboard /data/keras \
    && chown -R dashboard /data
WORKDIR /app

# First what changes seldom: the packages stay in their layer while the code changes.
COPY requirements.txt constraints.txt ./
# Without what only tests need, each package at the version of the whole list.
RUN sed '/^# to test and check$/,$d' requirements.txt > requirements-run.txt \
    && pip install --no-cache-dir -r requirements-run.txt -c requirements.txt

# By name, so that an environment or a data folder that lies beside them never gets in.
COPY .streamlit/config.toml .streamlit/
COPY core core/
COPY pages pages/
COPY decks decks/
COPY dashboard.py ./
RUN python -m compileall -q core pages dashboard.py

USER dashboard
# Streamlit reads STREAMLIT_SERVER_PORT; Spaces and others choose a port by it.
ENV DASHBOARD_HOME=/data/dashboard KERAS_HOME=/data/keras PYTHONUNBUFFERED=1 STREAMLIT_SERVER_PORT=8501
VOLUME ["/data/dashboard", "/data/keras"]
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD python -c "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + '/_stcore/health', timeout=4)"
CMD ["streamlit", "run", "dashboard.py", "--server.address", "0.0.0.0", "--server.headless", "true"]
